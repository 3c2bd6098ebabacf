/** The source with heat: what each line and each expression in it costs. */
import { missingStacks } from '../../analysis/missing';
import type { ISourceFile } from '../../analysis/sourceFiles';
import type { FunctionIndex } from '../../model/profile';
import { Disposables, el } from '../dom';
import { emptyView } from '../empty';
import { makeLegend } from '../legend';
import { isShown } from '../shown';
import { STACK_KEYS } from '../state';
import type { IExportChoice, IView, IViewContext, IViewKind } from '../view';
import type { ICodePlace } from './code';
import { CodeSide } from './codeSide';
import { Colours } from './colours';
import { LineGrid } from './grid';
import { FilePicker } from './picker';
import {
  firstSource,
  isSame,
  isSelected,
  selectedPlace,
  whyNoSource
} from './places';
import { Ruler } from './ruler';
import { isCostly, sheetCsv, sheetOf, type ISheet } from './sheet';
import { Texts } from './text';
import { showTip } from './tips';

/** Loading says so after this many milliseconds. */
const PATIENCE = 300;
/** Pixels that an arrow moves the text sideways. */
const STEP = 60;

class SourceView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    const { state, trans } = context;
    this._texts = new Texts(context);
    this._grid = new LineGrid(context, this._listeners);
    this._picker = new FilePicker(context, source => {
      void this._open(source);
      this._side.chose(source);
      this.focus();
    });
    this._side = new CodeSide(
      context,
      this._listeners,
      (func, places) => this._reveal(func, places),
      () => this._arrange()
    );
    this._ruler = new Ruler(at => {
      this._activate(at);
      this._grid.centre(at);
      this.focus();
    });
    this.node = el(
      'div',
      {},
      el(
        'div',
        { class: 'np-Source' },
        this._note,
        el(
          'div',
          { class: 'np-Source-main' },
          this._grid.node,
          this._ruler.node,
          this._side.pane.node
        ),
        makeLegend(context, this._listeners)
      )
    );
    this._next.title = trans.__('Next costly line (n), the one before (N)');
    this._next.setAttribute('aria-label', this._next.title);
    this.tools = el(
      'div',
      { class: 'np-Tools' },
      this._count,
      this._next,
      this._side.button,
      this._picker.button
    );
    this._listen();
    this._listeners.add(
      state.subscribe([...STACK_KEYS, 'search'], () => {
        this._stale = true;
        this.refresh();
      })
    );
    const tellSide = (): void => this._side.selected(state.value.selection);
    this._listeners.add(
      state.subscribe(['selection', 'line'], () => this._followSelection())
    );
    this._listeners.add(state.subscribe(['selection'], tellSide));
    tellSide();
  }

  readonly node: HTMLElement;
  readonly tools: HTMLElement;

  refresh(): void {
    if (!isShown(this._context.state.value, 'source')) {
      return;
    }
    if (this._stale) {
      this._stale = false;
      void this._open(this._again() ?? firstSource(this._context));
    }
    this._followSelection();
    this._grid.draw();
    this._side.update();
  }

  focus(): void {
    if (this._side.isAlone) {
      this._side.pane.focus();
    } else {
      this._grid.node.focus();
    }
  }

  exports(): readonly IExportChoice[] {
    const { trans } = this._context;
    const sheet = this._sheet;
    const lines = {
      label: trans.__('Lines of this file (CSV)'),
      extension: 'csv',
      make: () => sheetCsv(sheet!)
    };
    return [...(sheet ? [lines] : []), ...this._side.exports()];
  }

  dispose(): void {
    this._turn++;
    this._picker.dispose();
    this._listeners.dispose();
  }

  private _listen(): void {
    const { tooltip } = this._context;
    const { node } = this._grid;
    this._listeners.on(this._next, 'click', () => this._travel(1));
    this._listeners.on(node, 'scroll', () => tooltip.hide());
    this._listeners.on(node, 'keydown', event => this._onKey(event));
    this._listeners.on(this.node, 'keydown', event => this._onViewKey(event));
    this._listeners.on(node, 'click', event => {
      const at = this._grid.rowAt(event.target);
      if (at >= 0) {
        this._activate(at);
      }
    });
    this._listeners.on(node, 'dblclick', event => {
      if (this._grid.rowAt(event.target) >= 0) {
        this._showStacks();
      }
    });
    this._listeners.on(node, 'pointermove', event => {
      showTip(this._context, this._grid, this._sheet, event);
    });
    this._listeners.on(node, 'pointerleave', () => {
      tooltip.hide();
      this._grid.mark(null);
    });
    this._listeners.resized(node, () => this._arrange());
  }

  /** The file shown before, as it is after a change of what is measured. */
  private _again(): ISourceFile | undefined {
    const shown = this._sheet?.source;
    return this._context.data.sources.find(source => isSame(source, shown));
  }

  private async _open(source: ISourceFile | undefined): Promise<void> {
    const turn = ++this._turn;
    const { profile, trans } = this._context;
    if (!source) {
      this._say(trans.__('No line of source is known in what is chosen here.'));
      this._show(null);
      return;
    }
    const path = profile.strings[source.file];
    let text = this._texts.known(source);
    if (!text) {
      const reading = trans.__('Reading %1…', path);
      const wait = setTimeout(() => this._say(reading), PATIENCE);
      text = await this._texts.load(source);
      clearTimeout(wait);
      if (turn !== this._turn) {
        return;
      }
    }
    this._say(text.kind === 'text' ? text.note : text.reason);
    const name = source.cell >= 0 ? '' : path;
    const known =
      text.kind === 'text' ? this._colours.known(name, text.text) : [];
    this._show(sheetOf(this._context, source, text, known));
    if (text.kind === 'text' && known.length === 0) {
      const tokens = await this._colours.load(name, text.text);
      if (turn === this._turn) {
        this._show(sheetOf(this._context, source, text, tokens));
      }
    }
  }

  /** What is to be known of the file, and of what is selected. */
  private _say(ofFile = this._ofFile): void {
    this._ofFile = ofFile;
    const { isAlone } = this._side;
    const said = [isAlone ? '' : ofFile, whyNoSource(this._context)];
    this._note.textContent = said.filter(Boolean).join(' ');
    this._note.hidden = !this._note.textContent;
  }

  private _show(sheet: ISheet | null): void {
    const { trans } = this._context;
    const again = !!sheet && isSame(sheet.source, this._sheet?.source);
    this._sheet = sheet;
    this._grid.show(sheet, again);
    this._ruler.show(sheet);
    this._arrange();
    const costly = this._grid.lines.filter((_, at) => this._isCostly(at));
    this._count.textContent = trans.__(
      costly.length === 1 ? '%1 costly line' : '%1 costly lines',
      costly.length
    );
    this._next.disabled = costly.length === 0;
    this._showWanted();
  }

  private _isCostly(at: number): boolean {
    return isCostly(this._context, this._sheet!, this._grid.lines[at]);
  }

  /** Makes a line the current one; one that cost something is selected. */
  private _activate(at: number): void {
    if (!this._sheet || this._grid.lines.length === 0) {
      return;
    }
    this._grid.activate(Math.max(0, at));
    const { lines, source } = this._sheet;
    const { row, number } = this._grid.lines[this._grid.active];
    const file = this._context.profile.strings[source.file];
    this._side.pane.mark({ file, line: number });
    if (row >= 0) {
      const func = lines.function[row];
      const line = { func, file: source.file, line: number };
      this._context.state.set({ selection: func, line });
    }
  }

  /** Goes to the next costly line, in turn; -1: to the one before. */
  private _travel(step: 1 | -1): void {
    const at = this._grid.next(step, at => this._isCostly(at));
    if (at !== null) {
      this._activate(at);
    }
  }

  /** Shows the line of an instruction. */
  private _reveal(func: FunctionIndex, places: readonly ICodePlace[]): void {
    const { source } = this._sheet ?? {};
    const path = this._context.profile.strings[source?.file ?? -1];
    const line = places.find(({ file }) => file === path)?.line;
    const at = this._grid.lines.findIndex(({ number }) => number === line);
    if (source && line !== undefined && at >= 0) {
      this._grid.activate(at);
      if (this._grid.lines[at].row >= 0) {
        const place = { func, file: source.file, line };
        this._context.state.set({ selection: func, line: place });
      }
    }
  }

  /** Gives the source and the code their places. */
  private _arrange(): void {
    const { isAlone } = this._side;
    this._say();
    this._grid.node.hidden = isAlone;
    this._ruler.node.hidden = isAlone || !this._grid.scrolls;
    this._picker.show(
      this._sheet?.source ?? null,
      isAlone ? this._side.func : -1
    );
  }

  /** A selection made elsewhere shows its line. */
  private _followSelection(): void {
    const { value } = this._context.state;
    const current = this._grid.lines[this._grid.active];
    if (
      !isShown(value, 'source') ||
      value.selection < 0 ||
      isSelected(this._context, this._sheet, current)
    ) {
      return;
    }
    const found = selectedPlace(this._context);
    if (found) {
      this._wanted = found.line;
      if (isSame(found.source, this._sheet?.source)) {
        this._showWanted();
      } else {
        void this._open(found.source);
      }
    }
  }

  /** Shows the line that was asked for before the text was there. */
  private _showWanted(): void {
    if (this._wanted >= 0) {
      const is = ({ number }: { number: number }): boolean =>
        number === this._wanted;
      this._grid.activate(this._grid.lines.findIndex(is));
      this._wanted = -1;
    }
  }

  private _showStacks(): void {
    if (this._context.state.value.selection >= 0) {
      this._context.open({ tab: 'flame' });
    }
  }

  /** Keys of the source and of the code beside it. */
  private _onViewKey(event: KeyboardEvent): void {
    const actions: Readonly<Record<string, () => void>> = {
      f: () => this._picker.open(),
      d: () => this._side.toggle()
    };
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    if (!hasModifier && event.key in actions) {
      actions[event.key]();
      event.preventDefault();
    }
  }

  private _onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const { node } = this._grid;
    const goal = this._grid.goal(event.key);
    if (goal !== null) {
      this._activate(goal);
    } else if (event.key === 'n' || event.key === 'N') {
      this._travel(event.key === 'n' ? 1 : -1);
    } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      node.scrollLeft += event.key === 'ArrowRight' ? STEP : -STEP;
    } else if (event.key === 'Enter') {
      this._showStacks();
    } else {
      return;
    }
    event.preventDefault();
  }

  private readonly _context: IViewContext;
  private readonly _listeners = new Disposables();
  private readonly _texts: Texts;
  private readonly _grid: LineGrid;
  private readonly _picker: FilePicker;
  private readonly _ruler: Ruler;
  private readonly _side: CodeSide;
  private readonly _note = el('p', {
    class: 'np-Source-note',
    attrs: { role: 'note', hidden: true }
  });
  private readonly _count = el('span', { class: 'np-Tools-text' });
  private readonly _next = el('button', {
    class: 'np-Toggle',
    text: '↓',
    attrs: { type: 'button' }
  });
  private _sheet: ISheet | null = null;
  private _ofFile = '';
  private readonly _colours = new Colours();
  /** The line to show when the text is there; -1: none. */
  private _wanted = -1;
  private _stale = true;
  private _turn = 0;
}

/** The source; without lines a sentence that says why not. */
export const source: IViewKind = {
  id: 'source',
  label: 'Source',
  needs: () => [
    'lines',
    'nativeLines',
    ['expressions', 'python'],
    ['expressions', 'native'],
    'rows'
  ],
  create: context => {
    const missing = missingStacks(context.profile);
    return missing === null
      ? new SourceView(context)
      : emptyView(context, missing, ['graph', 'table']);
  }
};
