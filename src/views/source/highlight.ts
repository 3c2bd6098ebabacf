/** The words of a source text by what they are, for its colours. */
import { parser as cpp } from '@lezer/cpp';
import { highlightTree, tagHighlighter, tags } from '@lezer/highlight';
import { parser as python } from '@lezer/python';
import { Slices } from '../slices';

/** A part of a line with one colour; the class is `np-Code-` and this. */
export interface IToken {
  /** UTF-16 offsets in the line, the end excluded. */
  readonly from: number;
  readonly to: number;
  readonly kind: string;
}

/** Longer texts stay plain: the parser would block the page. */
const LONGEST = 400_000;

/** Characters coloured in one slice. */
const PART = 8_000;

const PARSERS = {
  python: { parser: python, suffix: /^$|\.(py|pyi|pyx|pxd|pxi)$/i },
  cpp: {
    parser: cpp,
    suffix: /\.(c|h|cc|hh|cpp|hpp|cxx|hxx|c\+\+|cu|cuh|inc|ipp|tcc)$/i
  }
};

const COLOURS = tagHighlighter([
  { tag: tags.comment, class: 'comment' },
  { tag: [tags.string, tags.special(tags.string)], class: 'string' },
  { tag: tags.number, class: 'number' },
  {
    tag: [tags.keyword, tags.operatorKeyword, tags.modifier],
    class: 'keyword'
  },
  { tag: [tags.bool, tags.null, tags.atom], class: 'atom' },
  {
    tag: [
      tags.function(tags.definition(tags.variableName)),
      tags.definition(tags.className)
    ],
    class: 'def'
  },
  { tag: [tags.typeName, tags.standard(tags.name)], class: 'type' },
  { tag: [tags.meta, tags.processingInstruction], class: 'meta' },
  { tag: tags.operator, class: 'operator' }
]);

/**
 * The tokens of each line of a text; none where its language, told by the
 * suffix of `name` (none: a cell), is not known.
 */
export async function highlight(
  name: string,
  text: string
): Promise<IToken[][]> {
  const suffix = /\.[\w+]+$/.exec(name)?.[0] ?? '';
  const found = Object.values(PARSERS).find(known => known.suffix.test(suffix));
  if (!found || text.length > LONGEST) {
    return [];
  }
  const starts = lineStarts(text);
  const lines = starts.map((): IToken[] => []);
  let line = 0;
  const slices = new Slices();
  const parse = found.parser.startParse(text);
  let tree = parse.advance();
  while (!tree) {
    if (slices.isOver) {
      await slices.pause();
    }
    tree = parse.advance();
  }
  // In the order of the text; one can span several lines.
  const put = (from: number, to: number, kind: string): void => {
    while (starts[line + 1] <= from) {
      line++;
    }
    for (let at = line; starts[at] < to; at++) {
      const begin = Math.max(from, starts[at]) - starts[at];
      const last = (starts[at + 1] ?? text.length + 1) - 1;
      const end = Math.min(to, last) - starts[at];
      if (begin < end) {
        lines[at].push({ from: begin, to: end, kind });
      }
    }
  };
  for (let from = 0; from < text.length; from += PART) {
    await slices.pause();
    highlightTree(tree, COLOURS, put, from, from + PART);
  }
  return lines;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}
