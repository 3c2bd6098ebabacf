/** What the text of one frame says (`profileFromText` has the syntax). */
import type { CategoryName } from '../format/types';
import { Kind } from '../model/profile';

/** A frame as it is written; null where the text is silent. */
export interface IFrameText {
  readonly name: string;
  readonly entry: string | null;
  readonly file: string;
  readonly line: number;
  /** First and last column; -1: not known. */
  readonly columns: readonly [number, number];
  readonly module: string | null;
  readonly kind: Kind;
  readonly category: CategoryName;
  readonly plumbing: boolean;
  readonly source: string | null;
  readonly inlined: boolean;
}

/** Reads one frame; any text is one. */
export function parseFrame(text: string): IFrameText {
  const plumbing = text.startsWith('~');
  const inlined = text.startsWith('^');
  const [, body, of, at, from = '-1', to = '-1'] =
    /^[~^]?(.+?!.+?|.*?)(?:@(?=[\w./-]+:\d)([\w./-]+))?(?::(\d+))?(?:<(\d+)-(\d+)>)?$/.exec(
      text.trim()
    )!;
  const columns = [Number(from), Number(to)] as const;
  const line = at === undefined ? -1 : Number(at);
  const source = of ?? null;
  const more = { plumbing, inlined, source, columns };
  const native = /^(.+?)!(.+)$/.exec(body);
  if (native) {
    const [, module, name] = native;
    const kernel = module === 'kernel';
    return {
      name,
      entry: null,
      file: kernel ? '[kernel]' : `/lib/${module}.so`,
      line,
      module,
      kind: kernel ? Kind.Kernel : Kind.Native,
      category: kernel ? 'kernel' : 'extension',
      ...more
    };
  }
  const builtin = /^(.+)\((.+)\)$/.exec(body);
  if (builtin) {
    return {
      name: builtin[2],
      entry: builtin[1],
      file: '/lib/libpython.so',
      line,
      module: 'libpython',
      kind: Kind.Native,
      category: 'builtin',
      ...more
    };
  }
  const python = /^(In\[\d+\]|\w+)\.(.+)$/.exec(body);
  const cell = /^In\[\d+\]$/.test(body);
  const module = python?.[1] ?? (cell ? body : 'm');
  const inCell = module.startsWith('In[');
  return {
    name: python?.[2] ?? (cell ? '<module>' : body),
    entry: null,
    file: source ?? (inCell ? module : `${module}.py`),
    line,
    module: inCell ? '__main__' : module,
    kind: Kind.Python,
    category: 'python',
    ...more,
    source: null
  };
}
