/** Where the text of a file comes from: the profile for cells, else its surroundings. */
import type { ISourceFile } from '../../analysis/sourceFiles';
import type { IViewContext } from '../view';

/** The text of a file, or why there is none. */
export type SourceText =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly lines: readonly string[];
      /** What the reader should know; empty: nothing. */
      readonly note: string;
    }
  | { readonly kind: 'missing'; readonly reason: string };

/** The texts of one profile's files, each asked for once. */
export class Texts {
  constructor(context: IViewContext) {
    this._context = context;
  }

  /** The text where it is at hand, else null: `load` gets it. */
  known({ file, cell }: ISourceFile): SourceText | null {
    const { cells } = this._context.profile;
    return cell >= 0
      ? textOf(cells[cell].source, '')
      : (this._known.get(file) ?? null);
  }

  /** Gets the text of a file; never rejects. What was missing is asked for anew. */
  async load({ file }: ISourceFile): Promise<SourceText> {
    const asked = this._asked.get(file) ?? this._ask(file);
    this._asked.set(file, asked);
    const found = await asked;
    this._asked.delete(file);
    if (found.kind === 'text') {
      this._known.set(file, found);
    }
    return found;
  }

  private async _ask(file: number): Promise<SourceText> {
    const { env, profile, trans } = this._context;
    const path = profile.strings[file];
    if (!env.readSource) {
      return {
        kind: 'missing',
        reason: trans.__(
          'A profile holds the source of cells only, and there is no Jupyter server here to read %1: open the profile in JupyterLab to see its text.',
          path
        )
      };
    }
    try {
      const { text, modified } = await env.readSource(path);
      const { started } = profile.meta;
      const changed = started > 0 && modified > started;
      return textOf(
        text,
        changed
          ? trans.__(
              'The file was changed after it was profiled: lines may have moved.'
            )
          : ''
      );
    } catch (error) {
      return {
        kind: 'missing',
        reason: error instanceof Error ? error.message : String(error)
      };
    }
  }

  private readonly _context: IViewContext;
  private readonly _known = new Map<number, SourceText>();
  private readonly _asked = new Map<number, Promise<SourceText>>();
}

function textOf(text: string, note: string): SourceText {
  const clean = text.replace(/\r\n?/g, '\n');
  return { kind: 'text', text: clean, lines: clean.split('\n'), note };
}
