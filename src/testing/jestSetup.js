/** What browsers have and jsdom lacks: the compression streams, from node. */
const { CompressionStream, DecompressionStream } = require('stream/web');

Object.assign(globalThis, { CompressionStream, DecompressionStream });
