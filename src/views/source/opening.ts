/** How a file comes to be shown: its text is asked for, then coloured. */
import type { ISourceFile } from '../../analysis/sourceFiles';
import type { IViewContext } from '../view';
import { Colours, nameOf } from './colours';
import { sheetOf, type ISheet } from './sheet';
import { Texts } from './text';

/** Loading says so after this many milliseconds. */
const PATIENCE = 300;

/** Where what becomes of a file is shown. */
export interface IOpened {
  /** What the reader should know of the file; empty: nothing. */
  say(text: string): void;
  /** The file as far as it is there; null: there is none. */
  show(sheet: ISheet | null): void;
}

/** Opens one file at a time: one that is asked for later takes its place. */
export class Opening {
  constructor(context: IViewContext, opened: IOpened) {
    this._context = context;
    this._opened = opened;
    this._texts = new Texts(context);
  }

  /** Shows a file as soon as its text is there, and once more with its colours. */
  async open(source: ISourceFile | undefined): Promise<void> {
    const turn = ++this._turn;
    const { profile, trans } = this._context;
    const { say, show } = this._opened;
    if (!source) {
      say(trans.__('No line of source is known in what is chosen here.'));
      show(null);
      return;
    }
    const path = profile.strings[source.file];
    let text = this._texts.known(source);
    if (!text) {
      const reading = trans.__('Reading %1…', path);
      const wait = setTimeout(() => say(reading), PATIENCE);
      text = await this._texts.load(source);
      clearTimeout(wait);
      if (turn !== this._turn) {
        return;
      }
    }
    say(text.kind === 'text' ? text.note : text.reason);
    const name = nameOf(source, path);
    const known =
      text.kind === 'text' ? this._colours.known(name, text.text) : [];
    show(sheetOf(this._context, source, text, known));
    if (text.kind === 'text' && known.length === 0) {
      const tokens = await this._colours.load(name, text.text);
      if (turn === this._turn) {
        show(sheetOf(this._context, source, text, tokens));
      }
    }
  }

  /** What is under way shows nothing any more. */
  dispose(): void {
    this._turn++;
  }

  private readonly _context: IViewContext;
  private readonly _opened: IOpened;
  private readonly _texts: Texts;
  private readonly _colours = new Colours();
  private _turn = 0;
}
