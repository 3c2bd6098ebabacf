/** One line of source as elements: its words in their colours, its expressions. */
import type { IExpression } from '../../analysis/expressions';
import { el } from '../dom';
import type { IToken } from './highlight';

/** Characters of a line that are drawn; the rest is cut off with a mark. */
const LONGEST = 2_000;

/** An expression below this share of its line's costliest one only cuts others up. */
const LEAST = 0.05;

/** How the columns of a file count: see docs/wire-format.md. */
export type ColumnUnit = 'characters' | 'bytes';

/** An expression as it lies in the text of its line. */
export interface ISpan {
  /** UTF-16 offsets, the end excluded. */
  readonly from: number;
  readonly to: number;
  readonly expression: IExpression;
}

/**
 * Where the expressions of a line are, shortest first. The whole line is none:
 * its numbers stand beside it.
 *
 * @param expressions The costliest first.
 */
export function spansOf(
  text: string,
  expressions: readonly IExpression[],
  unit: ColumnUnit
): ISpan[] {
  const offset = offsets(text, unit);
  const first = text.length - text.trimStart().length;
  const last = text.trimEnd().length;
  const most = expressions[0]?.inclusive ?? 0;
  return expressions
    .filter(({ inclusive }) => inclusive >= LEAST * most)
    .map(expression => ({
      from: offset(expression.start),
      to: expression.end < 0 ? last : Math.min(offset(expression.end), last),
      expression
    }))
    .filter(({ from, to }) => from < to && (from > first || to < last))
    .sort((a, b) => a.to - a.from - (b.to - b.from) || a.from - b.from);
}

/** Turns columns of a line into UTF-16 offsets. */
function offsets(text: string, unit: ColumnUnit): (column: number) => number {
  // eslint-disable-next-line no-control-regex
  if (/^[\x00-\x7f]*$/.test(text)) {
    return column => Math.min(column, text.length);
  }
  const ends: number[] = [];
  let at = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const width =
      unit === 'characters'
        ? 1
        : 1 +
          Number(code > 0x7f) +
          Number(code > 0x7ff) +
          Number(code > 0xffff);
    for (let i = 0; i < width; i++) {
      ends.push(at);
    }
    at += character.length;
  }
  return column => ends[column] ?? text.length;
}

/**
 * The elements of a line. Each expression's own part has the class `np-Expr`
 * and `data-span`, its place in `spans`; `heat` (0 to 1) tells how strongly it
 * is marked.
 */
export function paintLine(
  text: string,
  tokens: readonly IToken[],
  spans: readonly ISpan[],
  heat: (span: ISpan) => number
): Node[] {
  const shown = visible(text.slice(0, LONGEST));
  const cuts = new Set([0, shown.length]);
  for (const { from, to } of [...tokens, ...spans]) {
    cuts.add(Math.min(from, shown.length));
    cuts.add(Math.min(to, shown.length));
  }
  const edges = [...cuts].sort((a, b) => a - b);
  const nodes: Node[] = [];
  let next = 0;
  for (let i = 1; i < edges.length; i++) {
    const [from, to] = [edges[i - 1], edges[i]];
    while (next < tokens.length && tokens[next].to <= from) {
      next++;
    }
    const token = tokens[next]?.from <= from ? tokens[next] : null;
    // The first one that covers it is the shortest: the innermost.
    const at = spans.findIndex(span => span.from <= from && span.to >= to);
    nodes.push(piece(shown.slice(from, to), token, at, spans[at], heat));
  }
  if (text.length > LONGEST) {
    nodes.push(el('span', { class: 'np-Code-cut', text: ' …' }));
  }
  return nodes;
}

function piece(
  text: string,
  token: IToken | null,
  at: number,
  span: ISpan | undefined,
  heat: (span: ISpan) => number
): Node {
  if (!token && !span) {
    return document.createTextNode(text);
  }
  const classes = [token && `np-Code-${token.kind}`, span && 'np-Expr'];
  const node = el('span', { class: classes.filter(Boolean).join(' '), text });
  if (span) {
    node.dataset.span = String(at);
    node.style.setProperty('--np-heat', heat(span).toFixed(3));
  }
  return node;
}

/**
 * The text with what would hide or reorder it made visible, character for
 * character: control characters, marks of direction, zero widths.
 */
export function visible(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex
      .replace(/[\x00-\x08\x0b-\x1f]/g, character =>
        String.fromCharCode(0x2400 + character.charCodeAt(0))
      )
      .replace(
        /[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
        '\ufffd'
      )
  );
}
