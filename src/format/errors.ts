/** A message that cannot be read: what is wrong with it, and what to do. */
export class FormatError extends Error {
  constructor(
    message: string,
    /** What the reader can do about it, one sentence. */
    readonly remedy: string = 'Run the cell again to get a fresh profile.'
  ) {
    super(message);
    this.name = 'FormatError';
  }
}
