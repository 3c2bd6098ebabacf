/** Buffers on their way between a worker and the page. */

/**
 * All buffers of the typed arrays in some data, each once; not those without
 * a byte, which may be constants and cost nothing to copy.
 */
export function buffersIn(value: unknown): Set<ArrayBuffer> {
  const found = new Set<ArrayBuffer>();
  const look = (part: unknown): void => {
    if (ArrayBuffer.isView(part)) {
      if (part.buffer.byteLength > 0) {
        found.add(part.buffer);
      }
    } else if (typeof part === 'object' && part !== null) {
      // Long lists of words hold no buffers.
      if (!(Array.isArray(part) && typeof part[0] === 'string')) {
        Object.values(part).forEach(look);
      }
    }
  };
  look(value);
  return found;
}
