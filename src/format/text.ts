/**
 * Characters that act on a terminal or reorder a line instead of being shown:
 * C0 and C1 controls but tab and newline, and the bidirectional controls
 * (Unicode Standard Annex 9, table 4).
 */
const UNSAFE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** `text` with characters that are not for showing replaced by U+FFFD. */
export function printable(text: string): string {
  return text.replace(UNSAFE, '\ufffd');
}
