/** The button that says which file is shown, and the list behind it. */
import { countsRuns } from '../../analysis/exactLines';
import type { Language } from '../../analysis/lines';
import { codeFunctions } from '../../analysis/machineCode';
import { functionLabel, functionTitle } from '../../analysis/names';
import type { ISourceFile } from '../../analysis/sourceFiles';
import { formatShare } from '../../analysis/units';
import type { FunctionIndex } from '../../model/profile';
import { pickerButton } from '../buttons';
import { openMenu, type IMenuEntry } from '../menu';
import type { IViewContext } from '../view';

/** More than anyone reads; the costliest are listed. */
const MOST = 60;
const MOST_CODE = 20;

/** Chooses one of the profile's source files. */
export class FilePicker {
  /** @param choose Shows a file. */
  constructor(context: IViewContext, choose: (source: ISourceFile) => void) {
    this._context = context;
    this._choose = choose;
    this.button.addEventListener('click', () => this.open());
  }

  readonly button = pickerButton('', 'np-Source-picker');

  /** Says which file is shown, or which function's code without a source (-1: none). */
  show(source: ISourceFile | null, func: FunctionIndex): void {
    const { profile, trans } = this._context;
    this._shown = func < 0 ? source : null;
    if (func >= 0) {
      this.button.textContent = functionLabel(profile, func);
      this.button.title = trans.__(
        'Files and cells (f): %1',
        functionTitle(profile, func)
      );
      return;
    }
    if (!source) {
      return;
    }
    const path = profile.strings[source.file];
    // The name of a package's own file says nothing without its folder.
    const parts = /[\\/]__\w+__\.\w+$/.test(path) ? 2 : 1;
    this.button.textContent = shortName(path, parts, '');
    this.button.title = trans.__('Files and cells (f): %1', path);
  }

  open(): void {
    const root = this.button.closest<HTMLElement>('.np-Viewer');
    if (root) {
      this._close?.();
      this._close = openMenu(root, this.button, this._entries());
    }
  }

  dispose(): void {
    this._close?.();
  }

  private _entries(): IMenuEntry[] {
    const { data, trans } = this._context;
    const listed = data.sources.slice(0, MOST);
    const more = data.sources.length - listed.length;
    const group = (
      label: string,
      belongs: (source: ISourceFile) => boolean
    ): IMenuEntry[] => {
      const entries = listed.filter(belongs).map(source => this._entry(source));
      return entries.length > 0 ? [{ label }, ...entries] : [];
    };
    const isFile = (language: Language) => (source: ISourceFile) =>
      source.cell < 0 && source.language === language;
    return [
      ...group(trans.__('Cells, by their own cost'), ({ cell }) => cell >= 0),
      ...group(trans.__('Python files'), isFile('python')),
      ...group(trans.__('Native source'), isFile('native')),
      ...(more > 0
        ? [{ label: trans.__('%1 more are not listed', more) }]
        : []),
      ...this._codeEntries()
    ];
  }

  /** Functions whose instructions are known, but no source. */
  private _codeEntries(): IMenuEntry[] {
    const { data, profile, state, trans } = this._context;
    const { source } = profile.functions;
    const entries = codeFunctions(profile, state.value.value)
      .filter(({ func }) => (source?.[func] ?? -1) < 0)
      .slice(0, MOST_CODE)
      .map(({ func, cost }) => ({
        label: functionLabel(profile, func),
        detail: formatShare(cost, data.whole),
        run: () => state.set({ selection: func, instructions: true })
      }));
    const label = trans.__('Instructions of functions without source');
    return entries.length > 0 ? [{ label }, ...entries] : [];
  }

  private _entry(source: ISourceFile): IMenuEntry {
    const { data, profile, state } = this._context;
    return {
      label: shortName(profile.strings[source.file], 3),
      detail: countsRuns(profile, state.value.value)
        ? this._ran(source)
        : formatShare(source.self, data.total),
      checked: source.file === this._shown?.file,
      choice: true,
      run: () => this._choose(source)
    };
  }

  /** Which share of a file's lines ran. */
  private _ran({ language, rows }: ISourceFile): string {
    const { data, trans } = this._context;
    const { self } = language === 'native' ? data.nativeLines : data.lines;
    const ran = rows.filter(row => self[row] > 0).length;
    return trans.__('%1 of its lines ran', formatShare(ran, rows.length));
  }

  private readonly _context: IViewContext;
  private readonly _choose: (source: ISourceFile) => void;
  private _shown: ISourceFile | null = null;
  private _close: (() => void) | null = null;
}

/** The last parts of a path; a cell's name as it is. */
function shortName(path: string, parts: number, mark = '…/'): string {
  const names = path.split(/[\\/]/).filter(Boolean);
  return (names.length > parts ? mark : '') + names.slice(-parts).join('/');
}
