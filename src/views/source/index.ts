/** The source with heat: what each line and each expression in it costs. */
import { whyNoStacks } from '../../analysis/filter';
import type { ISourceFile } from '../../analysis/sourceFiles';
import { csvTable } from '../../export/csv';
import { Disposables, el, uniqueId } from '../dom';
import { emptyView } from '../empty';
import { makeLegend } from '../legend';
import { selectedLine, STACK_KEYS } from '../state';
import type { IExportChoice, IView, IViewContext, IViewKind } from '../view';
import { FilePicker } from './picker';
import { makeCells, makeHead, type ISourceLine } from './rows';
import { Ruler } from './ruler';
import { isCostly, sheetOf, type ISheet } from './sheet';
import { Texts } from './text';
import { lineTip, spanTip } from './tips';

const ROW = 20;
const HEAD = 24;
/** Rows made above and below what is seen. */
const MARGIN = 10;
/** Loading says so after this many milliseconds. */
const PATIENCE = 300;

class SourceView implements IView {
  constructor(context: IViewContext) {
    this._context = context;
    const { state, trans } = context;
    this._texts = new Texts(context);
    this._picker = new FilePicker(context, source => {
      void this._open(source);
      this.focus();
    });
    this._ruler = new Ruler(at => this._goTo(at));
    this._grid.append(makeHead(trans), this._space);
    this.node = el(
      'div',
      {},
      el(
        'div',
        { class: 'np-Source' },
        this._note,
        el('div', { class: 'np-Source-main' }, this._grid, this._ruler.node),
        makeLegend(context, this._listeners)
      )
    );
    this._hot.title = trans.__('Next costly line (n), the one before (N)');
    this.tools = el(
      'div',
      { class: 'np-Tools' },
      this._count,
      this._hot,
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
    this._drawRows();
  }

  focus(): void {
    this._grid.focus();
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
            this._shown.map(({ number, row, text }) => [
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
    this._listeners.on(this._hot, 'click', () => this._travel(1));
    this._listeners.on(this._grid, 'scroll', () => {
      tooltip.hide();
      this._drawRows();
    });
    this._listeners.on(this._grid, 'keydown', event => this._onKey(event));
    this._listeners.on(this._space, 'click', event => {
      const at = this._rowAt(event.target);
      if (at >= 0) {
        this._activate(at);
      }
    });
    this._listeners.on(this._space, 'dblclick', () => this._showStacks());
    this._listeners.on(this._space, 'pointermove', event => this._hover(event));
    this._listeners.on(this._space, 'pointerleave', () => tooltip.hide());
    this._listeners.resized(this._grid, () => this._drawRows());
  }

  private get _shown(): readonly ISourceLine[] {
    return this._sheet?.shown ?? [];
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
    if (!isSame(source, this._sheet?.source)) {
      this._active = -1;
      this._grid.scrollTop = this._grid.scrollLeft = 0;
    }
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
    this._show(sheetOf(this._context, source, text));
    if (text.kind === 'text') {
      const { highlight } = await import('./highlight');
      if (turn === this._turn) {
        const tokens = highlight(source.cell >= 0 ? '' : path, text.text);
        this._show(sheetOf(this._context, source, text, tokens));
      }
    }
  }

  private _say(sentence: string): void {
    this._note.textContent = sentence;
    this._note.hidden = !sentence;
  }

  private _show(sheet: ISheet | null): void {
    const { profile, trans } = this._context;
    this._sheet = sheet;
    const costly = this._shown.filter(line => this._isCostly(line)).length;
    this._count.textContent = trans.__(
      costly === 1 ? '%1 costly line' : '%1 costly lines',
      costly
    );
    this._hot.disabled = costly === 0;
    this._space.style.height = `${this._shown.length * ROW}px`;
    const longest = this._shown.reduce(
      (most, { text }) => Math.max(most, Math.min(text?.length ?? 0, 2_000)),
      40
    );
    const last = this._shown.at(-1)?.number ?? 0;
    const { style } = this._grid;
    style.setProperty('--np-longest', `${longest + 2}ch`);
    style.setProperty('--np-digits', `${Math.max(3, `${last}`.length)}ch`);
    this._grid.setAttribute('aria-rowcount', String(this._shown.length + 1));
    this._grid.setAttribute(
      'aria-label',
      sheet
        ? trans.__('Source of %1', profile.strings[sheet.source.file])
        : trans.__('Source')
    );
    this._ruler.show(sheet);
    this._showWanted();
    this._drawRows();
  }

  private _isCostly(line: ISourceLine): boolean {
    return isCostly(this._sheet!, line, this._context.data.total);
  }

  private _drawRows(): void {
    const height = this._grid.clientHeight || 300;
    const { scrollTop } = this._grid;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - MARGIN);
    const last = Math.min(
      this._shown.length,
      Math.ceil((scrollTop + height) / ROW) + MARGIN
    );
    const nodes: HTMLElement[] = [];
    for (let at = first; at < last; at++) {
      nodes.push(this._makeRow(at));
    }
    this._space.replaceChildren(...nodes);
    this._ruler.node.hidden = this._shown.length * ROW <= height;
    const active = this._space.querySelector('.np-mod-active');
    if (active) {
      this._grid.setAttribute('aria-activedescendant', active.id);
    } else {
      this._grid.removeAttribute('aria-activedescendant');
    }
  }

  private _makeRow(at: number): HTMLElement {
    const { data, state } = this._context;
    const line = this._shown[at];
    const node = el(
      'div',
      {
        class: 'np-Source-row',
        attrs: {
          role: 'row',
          id: `${this._id}-${at}`,
          'aria-rowindex': at + 2,
          'aria-selected': String(at === this._active),
          'data-at': at
        }
      },
      ...makeCells(this._context, this._sheet!, line)
    );
    node.classList.toggle('np-mod-active', at === this._active);
    node.classList.toggle('np-mod-costless', line.row < 0);
    const { matches } = data;
    const words = state.value.search.trim().toLowerCase();
    const found =
      !matches ||
      (line.row >= 0 && matches.has(this._sheet!.lines.function[line.row])) ||
      !!line.text?.toLowerCase().includes(words);
    node.classList.toggle('np-mod-dim', !found);
    node.style.top = `${at * ROW}px`;
    return node;
  }

  private _rowAt(target: EventTarget | null): number {
    const row = (target as HTMLElement).closest<HTMLElement>('.np-Source-row');
    return row ? Number(row.dataset.at) : -1;
  }

  /** Makes a line the current one; one that cost something is selected. */
  private _activate(at: number): void {
    if (this._shown.length === 0) {
      return;
    }
    this._active = Math.max(0, Math.min(at, this._shown.length - 1));
    this._reveal();
    const { row, number } = this._shown[this._active];
    if (row >= 0 && this._sheet) {
      const { lines, source } = this._sheet;
      const func = lines.function[row];
      const line = { func, file: source.file, line: number };
      this._context.state.set({ selection: func, line });
    }
    this._drawRows();
  }

  private _goTo(at: number): void {
    this._activate(at);
    this._grid.scrollTop = at * ROW - this._grid.clientHeight / 2;
    this.focus();
  }

  /** Goes to the next costly line, in turn; -1: to the one before. */
  private _travel(step: 1 | -1): void {
    const { length } = this._shown;
    const from = this._active < 0 && step < 0 ? 0 : this._active;
    for (let i = 1; i <= length; i++) {
      const at = (((from + i * step) % length) + length) % length;
      if (this._isCostly(this._shown[at])) {
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
    const current = this._shown[this._active];
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
    if (this._wanted < 0) {
      return;
    }
    this._active = this._shown.findIndex(
      ({ number }) => number === this._wanted
    );
    this._wanted = -1;
    this._reveal();
    this._drawRows();
  }

  private _reveal(): void {
    const { clientHeight, scrollTop } = this._grid;
    const top = this._active * ROW;
    const below = top + 2 * ROW + HEAD;
    if (this._active >= 0 && top < scrollTop) {
      this._grid.scrollTop = Math.max(0, top - ROW);
    } else if (this._active >= 0 && below > scrollTop + clientHeight) {
      this._grid.scrollTop = below - clientHeight;
    }
  }

  private _showStacks(): void {
    if (this._context.state.value.selection >= 0) {
      this._context.state.set({ tab: 'flame' });
    }
  }

  private _hover(event: PointerEvent): void {
    const { tooltip } = this._context;
    const line = this._shown[this._rowAt(event.target)];
    if (!line || line.row < 0) {
      tooltip.hide();
      return;
    }
    const piece = (event.target as HTMLElement).closest<HTMLElement>(
      '.np-Expr'
    );
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
    const page = Math.max(1, Math.floor(this._grid.clientHeight / ROW) - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: this._active + 1,
      ArrowUp: this._active - 1,
      PageDown: this._active + page,
      PageUp: this._active - page,
      Home: 0,
      End: this._shown.length - 1
    };
    if (event.key in steps) {
      this._activate(steps[event.key]);
    } else if (event.key === 'n' || event.key === 'N') {
      this._travel(event.key === 'n' ? 1 : -1);
    } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      this._grid.scrollLeft += event.key === 'ArrowRight' ? 60 : -60;
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
  private readonly _id = uniqueId('source');
  private readonly _listeners = new Disposables();
  private readonly _texts: Texts;
  private readonly _picker: FilePicker;
  private readonly _ruler: Ruler;
  private readonly _note = el('p', {
    class: 'np-Source-note',
    attrs: { role: 'note', hidden: true }
  });
  private readonly _grid = el('div', {
    class: 'np-Source-grid',
    attrs: { role: 'grid', tabindex: 0 }
  });
  private readonly _space = el('div', {
    class: 'np-Source-rows',
    attrs: { role: 'rowgroup' }
  });
  private readonly _count = el('span', { class: 'np-Tools-text' });
  private readonly _hot = el('button', {
    class: 'np-Toggle',
    text: '↓',
    attrs: { type: 'button' }
  });
  private _sheet: ISheet | null = null;
  private _active = -1;
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
  create: context => {
    const reason = whyNoStacks(context.profile);
    return reason === null
      ? new SourceView(context)
      : emptyView(context, reason, ['graph', 'table']);
  }
};
