/**
 * Characters that act on a terminal or reorder a line instead of being shown:
 * C0 and C1 controls but tab and newline, and the bidirectional controls
 * (Unicode Standard Annex 9, table 4).
 */
const UNSAFE =
  /(?![\t\n])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** `text` with characters that are not for showing replaced by U+FFFD. */
export function printable(text: string): string {
  return text.replace(UNSAFE, '\ufffd');
}
