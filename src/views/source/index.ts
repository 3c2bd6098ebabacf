/** The source with heat: what each line and each expression in it costs. */
import { whyNoStacks } from '../../analysis/filter';
import type { ISourceFile } from '../../analysis/sourceFiles';
import { csvTable } from '../../export/csv';
import { Disposables, el } from '../dom';
import { emptyView } from '../empty';
import { makeLegend } from '../legend';
import { selectedLine, STACK_KEYS } from '../state';
import type { IExportChoice, IView, IViewContext, IViewKind } from '../view';
import { LineGrid } from './grid';
import type { IToken } from './highlight';
import { FilePicker } from './picker';
import { Ruler } from './ruler';
import { isCostly, sheetOf, type ISheet } from './sheet';
import { Texts } from './text';
import { lineTip, spanTip } from './tips';

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
      this.focus();
    });
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
          this._ruler.node
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
      this._picker.button
    );
    this._listen();
    this._listeners.add(
      state.subscribe([...STACK_KEYS, 'search'], () => {
        this._stale = true;
        this.refresh();
      })
    );
    this._listeners.add(
      state.subscribe(['selection', 'line'], () => this._followSelection())
    );
  }

  readonly node: HTMLElement;
  readonly tools: HTMLElement;

  refresh(): void {
    if (this._context.state.value.tab !== 'source') {
      return;
    }
    if (this._stale) {
      this._stale = false;
      void this._open(this._again() ?? this._first());
    }
    this._followSelection();
    this._grid.draw();
    this._ruler.node.hidden = !this._grid.scrolls;
  }

  focus(): void {
    this._grid.node.focus();
  }

  exports(): readonly IExportChoice[] {
    const { trans } = this._context;
    return [
      {
        label: trans.__('Lines of this file (CSV)'),
        extension: 'csv',
        make: () =>
          csvTable(
            ['line', 'self', 'inclusive', 'text'],
            this._grid.lines.map(({ number, row, text }) => [
              number,
              row < 0 ? 0 : this._sheet!.lines.self[row],
              row < 0 ? 0 : this._sheet!.lines.inclusive[row],
              text ?? ''
            ])
          )
      }
    ];
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
    this._listeners.on(node, 'click', event => {
      const at = this._grid.lineAt(event.target);
      if (at >= 0) {
        this._activate(at);
      }
    });
    this._listeners.on(node, 'dblclick', event => {
      if (this._grid.lineAt(event.target) >= 0) {
        this._showStacks();
      }
    });
    this._listeners.on(node, 'pointermove', event => this._hover(event));
    this._listeners.on(node, 'pointerleave', () => {
      tooltip.hide();
      this._grid.mark(null);
    });
    this._listeners.resized(node, () => {
      this._ruler.node.hidden = !this._grid.scrolls;
    });
  }

  /** The file shown before, as it is after a change of what is measured. */
  private _again(): ISourceFile | undefined {
    const shown = this._sheet?.source;
    return this._context.data.sources.find(source => isSame(source, shown));
  }

  /** The costliest cell, whose text is here; without cells the costliest file. */
  private _first(): ISourceFile | undefined {
    const { sources } = this._context.data;
    return sources.find(({ cell }) => cell >= 0) ?? sources[0];
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
    this._picker.show(source);
    let text = this._texts.known(source);
    if (!text) {
      const say = (): void => this._say(trans.__('Reading %1…', path));
      const wait = setTimeout(say, PATIENCE);
      text = await this._texts.load(source);
      clearTimeout(wait);
      if (turn !== this._turn) {
        return;
      }
    }
    this._say(text.kind === 'text' ? text.note : text.reason);
    // A filter changes the costs, not the colours.
    const key = `${path}\n${text.kind === 'text' ? text.text : ''}`;
    const known = key === this._coloured.key ? this._coloured.tokens : [];
    this._show(sheetOf(this._context, source, text, known));
    if (text.kind === 'text' && known.length === 0) {
      const { highlight } = await import('./highlight');
      const tokens = await highlight(source.cell >= 0 ? '' : path, text.text);
      if (turn === this._turn) {
        this._coloured = { key, tokens };
        this._show(sheetOf(this._context, source, text, tokens));
      }
    }
  }

  private _say(sentence: string): void {
    this._note.textContent = sentence;
    this._note.hidden = !sentence;
  }

  private _show(sheet: ISheet | null): void {
    const { trans } = this._context;
    const again = !!sheet && isSame(sheet.source, this._sheet?.source);
    this._sheet = sheet;
    this._grid.show(sheet, again);
    this._ruler.show(sheet);
    this._ruler.node.hidden = !this._grid.scrolls;
    const costly = this._grid.lines.filter((_, at) => this._isCostly(at));
    this._count.textContent = trans.__(
      costly.length === 1 ? '%1 costly line' : '%1 costly lines',
      costly.length
    );
    this._next.disabled = costly.length === 0;
    this._showWanted();
  }

  private _isCostly(at: number): boolean {
    const { total } = this._context.data;
    return isCostly(this._sheet!, this._grid.lines[at], total);
  }

  /** Makes a line the current one; one that cost something is selected. */
  private _activate(at: number): void {
    if (!this._sheet || this._grid.lines.length === 0) {
      return;
    }
    this._grid.activate(Math.max(0, at));
    const { lines, source } = this._sheet;
    const { row, number } = this._grid.lines[this._grid.active];
    if (row >= 0) {
      const func = lines.function[row];
      const line = { func, file: source.file, line: number };
      this._context.state.set({ selection: func, line });
    }
  }

  /** Goes to the next costly line, in turn; -1: to the one before. */
  private _travel(step: 1 | -1): void {
    const { length } = this._grid.lines;
    const from = this._grid.active < 0 && step < 0 ? 0 : this._grid.active;
    for (let i = 1; i <= length; i++) {
      const at = (((from + i * step) % length) + length) % length;
      if (this._isCostly(at)) {
        this._activate(at);
        return;
      }
    }
  }

  /** A selection made elsewhere shows its line. */
  private _followSelection(): void {
    const { data, state } = this._context;
    const { selection, tab } = state.value;
    if (tab !== 'source' || selection < 0) {
      return;
    }
    const place = selectedLine(state.value);
    const current = this._grid.lines[this._grid.active];
    const { source: shown, lines: table } = this._sheet ?? {};
    const isHere = place
      ? shown?.file === place.file && current?.number === place.line
      : current?.row >= 0 && table?.function[current.row] === selection;
    if (isHere) {
      return;
    }
    for (const lines of [data.lines, data.nativeLines]) {
      const row = place ? -1 : lines.function.indexOf(selection);
      const file = place?.file ?? (row < 0 ? -1 : lines.file[row]);
      const source = data.sources.find(source => source.file === file);
      if (source) {
        this._wanted = place?.line ?? lines.line[row];
        if (isSame(source, shown)) {
          this._showWanted();
        } else {
          void this._open(source);
        }
        return;
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
      this._context.state.set({ tab: 'flame' });
    }
  }

  private _hover(event: PointerEvent): void {
    const { tooltip } = this._context;
    const line = this._grid.lines[this._grid.lineAt(event.target)];
    const piece = (event.target as HTMLElement).closest<HTMLElement>(
      '.np-Expr'
    );
    this._grid.mark(piece);
    if (!line || line.row < 0) {
      tooltip.hide();
      return;
    }
    const span = piece && line.spans[Number(piece.dataset.span)];
    tooltip.show(
      span && line.text !== null
        ? spanTip(this._context, line.text, span)
        : lineTip(this._context, this._sheet!, line),
      event.clientX,
      event.clientY
    );
  }

  private _onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const { active, lines, node, page } = this._grid;
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: lines.length - 1
    };
    if (event.key in steps) {
      this._activate(steps[event.key]);
    } else if (event.key === 'n' || event.key === 'N') {
      this._travel(event.key === 'n' ? 1 : -1);
    } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      node.scrollLeft += event.key === 'ArrowRight' ? STEP : -STEP;
    } else if (event.key === 'f') {
      this._picker.open();
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
  private _coloured: { key: string; tokens: IToken[][] } = {
    key: '',
    tokens: []
  };
  /** The line to show when the text is there; -1: none. */
  private _wanted = -1;
  private _stale = true;
  private _turn = 0;
}

function isSame(a: ISourceFile, b: ISourceFile | undefined): boolean {
  return a.file === b?.file && a.language === b.language;
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
    const reason = whyNoStacks(context.profile);
    return reason === null
      ? new SourceView(context)
      : emptyView(context, reason, ['graph', 'table']);
  }
};
