/** The source with heat: what each line and each expression in it costs. */
import { hasCoverage } from '../../analysis/coverage';
import { hasExactLines } from '../../analysis/exactLines';
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
import { EXACT_KEYS, ExactTools } from './exactTools';
import { LineGrid } from './grid';
import { Opening } from './opening';
import { FilePicker } from './picker';
import {
  firstSource,
  isSame,
  isSelected,
  selectedPlace,
  whyNoLines,
  whyNoSource
} from './places';
import { Ruler } from './ruler';
import { isNotable, sheetCsv, type ISheet } from './sheet';
import { Travel } from './travel';
import { showTip } from './tips';

/** Pixels that an arrow moves the text sideways. */
const STEP = 60;

class SourceView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    const { state } = context;
    this._opening = new Opening(context, {
      say: text => this._say(text),
      show: sheet => this._show(sheet)
    });
    this._grid = new LineGrid(context, this._listeners);
    this._picker = new FilePicker(context, source => {
      void this._opening.open(source);
      this._side.chose(source);
      this.focus();
    });
    this._side = new CodeSide(
      context,
      this._listeners,
      (func, places) => this._reveal(func, places),
      () => this._arrange()
    );
    this._exact = new ExactTools(context, this._listeners);
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
        // Of coverage the colours tell how often, and no category.
        hasCoverage(context.profile)
          ? null
          : makeLegend(context, this._listeners)
      )
    );
    this.tools = el(
      'div',
      { class: 'np-Tools' },
      this._travel.count,
      this._travel.next,
      ...this._exact.buttons,
      this._side.button,
      this._picker.button
    );
    this._listen();
    this._listeners.add(
      state.subscribe([...STACK_KEYS, 'search', ...EXACT_KEYS], () => {
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
      const source = this._again() ?? firstSource(this._context);
      void this._opening.open(source);
      if (source && this._context.state.value.selection < 0) {
        this._side.chose(source);
      }
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
      make: () => sheetCsv(this._context, sheet!)
    };
    return [...(sheet ? [lines] : []), ...this._side.exports()];
  }

  dispose(): void {
    this._opening.dispose();
    this._picker.dispose();
    this._listeners.dispose();
  }

  private _listen(): void {
    const { tooltip } = this._context;
    const { node } = this._grid;
    this._listeners.on(this._travel.next, 'click', () => this._go(1));
    this._listeners.on(node, 'scroll', () => tooltip.hide());
    this._listeners.on(node, 'keydown', event => this._onKey(event));
    this._listeners.on(this.node, 'keydown', event => this._onViewKey(event));
    this._listeners.on(node, 'click', event => {
      const at = this._grid.rowAt(event.target);
      if (at >= 0) {
        this._activate(at);
      }
      if ((event.target as HTMLElement).closest('.np-Source-callee')) {
        this._enter();
      }
    });
    this._listeners.on(node, 'dblclick', event => {
      if (this._grid.rowAt(event.target) >= 0) {
        this._enter();
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

  /** What is to be known of the file, and of what is selected. */
  private _say(ofFile = this._ofFile): void {
    this._ofFile = ofFile;
    const { isAlone } = this._side;
    const said = [
      ...(isAlone ? [] : [ofFile, whyNoLines(this._context, this._sheet)]),
      whyNoSource(this._context)
    ];
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
    const notable = this._grid.lines.filter((_, at) => this._isNotable(at));
    this._travel.show(sheet, notable.length, trans);
    this._showWanted();
  }

  private _isNotable(at: number): boolean {
    return isNotable(this._context, this._sheet!, this._grid.lines[at]);
  }

  /** Makes a line the current one; one that cost something is selected. */
  private _activate(at: number): void {
    if (!this._sheet || this._grid.lines.length === 0) {
      return;
    }
    this._grid.activate(Math.max(0, at));
    const { lines, source } = this._sheet;
    const { begins, row, number } = this._grid.lines[this._grid.active];
    const file = this._context.profile.strings[source.file];
    this._side.pane.mark({ file, line: number });
    const func = begins?.func ?? (row < 0 ? -1 : lines.function[row]);
    if (func >= 0) {
      const line = { func, file: source.file, line: number };
      this._context.state.set({ selection: func, line });
    }
  }

  /** Goes to the next notable line, in turn; -1: to the one before. */
  private _go(step: 1 | -1): void {
    const at = this._grid.next(step, at => this._isNotable(at));
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
        void this._opening.open(found.source);
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

  /** Opens the callee of a call, or the stacks of a line. */
  private _enter(): void {
    const { data, state } = this._context;
    const [call, ...others] = this._grid.lines[this._grid.active]?.calls ?? [];
    if (call) {
      if (others.length === 0) {
        state.set({ selection: call.callee, line: null });
      }
    } else if (state.value.selection >= 0) {
      this._context.open({ tab: data.hasStacks ? 'flame' : 'graph' });
    }
  }

  /** Keys of the source and of the code beside it. */
  private _onViewKey(event: KeyboardEvent): void {
    const actions: Readonly<Record<string, () => void>> = {
      f: () => this._picker.open(),
      d: () => this._side.toggle(),
      ...this._exact.keys
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
      this._go(event.key === 'n' ? 1 : -1);
    } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      node.scrollLeft += event.key === 'ArrowRight' ? STEP : -STEP;
    } else if (event.key === 'Enter') {
      this._enter();
    } else {
      return;
    }
    event.preventDefault();
  }

  private readonly _context: IViewContext;
  private readonly _listeners = new Disposables();
  private readonly _opening: Opening;
  private readonly _grid: LineGrid;
  private readonly _picker: FilePicker;
  private readonly _exact: ExactTools;
  private readonly _ruler: Ruler;
  private readonly _side: CodeSide;
  private readonly _note = el('p', {
    class: 'np-Source-note',
    attrs: { role: 'note', hidden: true }
  });
  private readonly _travel = new Travel();
  private _sheet: ISheet | null = null;
  private _ofFile = '';
  /** The line to show when the text is there; -1: none. */
  private _wanted = -1;
  private _stale = true;
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
    return missing === null || hasExactLines(context.profile)
      ? new SourceView(context)
      : emptyView(context, missing, ['graph', 'table']);
  }
};
