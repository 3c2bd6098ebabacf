import { FormatError } from './errors';

/**
 * The bytes in a base64 string of gzip data.
 *
 * Stops at `limit` bytes, so that a few kilobytes cannot unpack into
 * gigabytes. Throws FormatError, naming `where`, when the data is damaged.
 */
export async function gunzipBase64(
  base64: string,
  limit: number,
  where: string
): Promise<Uint8Array> {
  const packed = fromBase64(base64, where);
  const stream = new DecompressionStream('gzip');
  const writer = stream.writable.getWriter();
  // The reader below reports the fault; the writer's copy of it is dropped.
  writer.write(packed).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader =
    stream.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        break;
      }
      chunks.push(value);
      length += value.length;
      if (length > limit) {
        break;
      }
    }
  } catch {
    throw new FormatError(`The column ${where} is damaged or cut off.`);
  }
  if (length > limit) {
    reader.cancel().catch(() => undefined);
    throw new FormatError(`The column ${where} is larger than it says.`);
  }
  return join(chunks, length);
}

function fromBase64(text: string, where: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new FormatError(`The column ${where} is not base64.`);
  }
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = binary.charCodeAt(at);
  }
  return bytes;
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  if (chunks.length === 1) {
    return chunks[0];
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
