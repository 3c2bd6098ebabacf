/** What browsers have and jsdom lacks: the compression streams, from node; everything is in sight. */
const { CompressionStream, DecompressionStream } = require('stream/web');

class IntersectionObserver {
  constructor(callback) {
    this._callback = callback;
  }

  observe(target) {
    this._callback([{ target, isIntersecting: true }], this);
  }

  unobserve() {}

  disconnect() {}
}

Object.assign(globalThis, {
  CompressionStream,
  DecompressionStream,
  IntersectionObserver
});

// jsdom lacks what workers pass messages with.
const { deserialize, serialize } = require('node:v8');
globalThis.structuredClone ??= value => deserialize(serialize(value));
globalThis.MessageChannel ??= class {
  port1 = { onmessage: () => undefined, close: () => undefined };
  port2 = { postMessage: () => setTimeout(() => this.port1.onmessage()) };
};
