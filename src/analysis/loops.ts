/** Whether a line of Python stands in a loop, as far as its text tells. */

const LOOP = /^(async\s+)?(for|while)\b/;
const COMPREHENSION = /\bfor\b.+\bin\b/;
const SCOPE = /^((async\s+)?def|class)\b/;

/**
 * True if a line begins or holds a loop, or a comprehension, or is in the body
 * of one within its function.
 *
 * @param lines The source, a line each.
 * @param number The line, counted from 1.
 */
export function isInLoop(lines: readonly string[], number: number): boolean {
  const line = lines[number - 1];
  if (line === undefined) {
    return false;
  }
  const text = line.trim();
  if (LOOP.test(text) || COMPREHENSION.test(text)) {
    return true;
  }
  let indent = indentOf(line);
  for (let at = number - 2; at >= 0 && indent > 0; at--) {
    const above = lines[at].trim();
    const outer = indentOf(lines[at]);
    if (!above || above.startsWith('#') || outer >= indent) {
      continue;
    }
    if (LOOP.test(above)) {
      return true;
    }
    if (SCOPE.test(above)) {
      return false;
    }
    indent = outer;
  }
  return false;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
