/** What browsers have and jsdom lacks: the compression streams, from node. */
const { CompressionStream, DecompressionStream } = require('stream/web');

Object.assign(globalThis, { CompressionStream, DecompressionStream });

// jsdom lacks what workers pass messages with.
const { deserialize, serialize } = require('node:v8');
globalThis.structuredClone ??= value => deserialize(serialize(value));
globalThis.MessageChannel ??= class {
  port1 = { onmessage: () => undefined, close: () => undefined };
  port2 = { postMessage: () => setTimeout(() => this.port1.onmessage()) };
};
