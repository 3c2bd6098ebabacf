/** The machine code of a native function, beside its source. */
import { countsExactly } from '../../analysis/exactLines';
import { codeFunctions, samplesBehind } from '../../analysis/machineCode';
import {
  functionLabel,
  functionTitle,
  moduleLabel
} from '../../analysis/names';
import { formatShare } from '../../analysis/units';
import { placeJumps, type IPlacedJump } from '../../layout/jumps';
import { Kind, type FunctionIndex } from '../../model/profile';
import { Disposables, el } from '../dom';
import type { IViewContext } from '../view';
import { LANES, markArrows } from './arrows';
import {
  Codes,
  whyNoCode,
  type ICodeLine,
  type ICodePlace,
  type ICodeSheet
} from './code';
import { codeValues, makeCodeCells, makeCodeHead } from './codeRows';
import { RowGrid } from './rowGrid';

/** Loading says so after this many milliseconds. */
const PATIENCE = 300;
/** An instruction below this share of its function is none to travel to. */
const LEAST = 0.02;
/** Functions that are offered where none is chosen. */
const OFFERED = 12;

/** Shows the instructions of one function; one of them is the current one. */
export class CodePane {
  /**
   * @param reveal Shows the first of an instruction's lines that the source has.
   * @param choose Selects a function.
   */
  constructor(
    context: IViewContext,
    reveal: (func: FunctionIndex, places: readonly ICodePlace[]) => void,
    choose: (func: FunctionIndex) => void
  ) {
    this._context = context;
    this._reveal = reveal;
    this._choose = choose;
    this._codes = new Codes(context);
    this._grid = new RowGrid(
      'np-Asm',
      makeCodeHead(context, false, []),
      this._listeners
    );
    this.node = el(
      'section',
      {
        class: 'np-Asm',
        attrs: { 'aria-label': context.trans.__('Instructions'), hidden: true }
      },
      this._caption,
      this._note,
      this._offers,
      this._grid.node
    );
    this._listeners.on(this._grid.node, 'click', event => {
      const at = this._grid.rowAt(event.target);
      if (at >= 0) {
        this._activate(at);
      }
    });
    this._listeners.on(this._grid.node, 'dblclick', () => this._jump());
    this._listeners.on(this._grid.node, 'keydown', event => this._onKey(event));
  }

  readonly node: HTMLElement;

  /** The rows that are shown. */
  get lines(): readonly ICodeLine[] {
    return this._sheet?.lines ?? [];
  }

  /** Shows the code of a function; -1: offers some instead. */
  async show(func: FunctionIndex): Promise<void> {
    const turn = ++this._turn;
    const { profile, state, trans } = this._context;
    const again = func === this._sheet?.func;
    const isNative = func >= 0 && profile.functions.kind[func] !== Kind.Python;
    const stretches = profile.code?.function.includes(func) ?? false;
    if (!isNative || !stretches) {
      this._showNothing(func, isNative);
      return;
    }
    const wait = setTimeout(
      () => this._say(trans.__('Reading the instructions…')),
      PATIENCE
    );
    const sheet = await this._codes.load(func);
    clearTimeout(wait);
    if (turn !== this._turn) {
      return;
    }
    this._sheet = sheet;
    const { lines } = sheet;
    const name = functionLabel(profile, func);
    this._showCaption(func);
    this._say(sheet.note);
    this._offers.hidden = true;
    this._grid.node.hidden = false;
    this._jumps = placeJumps(
      lines.flatMap(({ target }, from) =>
        target < 0 ? [] : [{ from, to: target }]
      ),
      LANES
    );
    const values = codeValues(this._context, sheet);
    this._grid.head = makeCodeHead(this._context, sheet.exact, values);
    const { style } = this._grid.node;
    style.setProperty(
      '--np-asm-values',
      values.length > 0 ? 'max-content' : ''
    );
    style.setProperty('--np-asm-width', `${430 + 74 * values.length}px`);
    const samples = samplesBehind(profile, state.value.value, sheet.cost);
    this._grid.showRows(
      {
        count: lines.length,
        cells: at =>
          makeCodeCells(
            this._context,
            sheet,
            values,
            at,
            this._jumps,
            samples,
            this._grid.active
          ),
        classes: at => (this._isMarked(lines[at]) ? ['np-mod-linked'] : [])
      },
      trans.__('Instructions of %1', name),
      again
    );
    if (!again) {
      this._centre(this._hottest(() => true));
    }
  }

  /** Marks the instructions of a line, the costliest of them in sight. */
  mark(place: ICodePlace): void {
    this._mark(place);
    this._centre(this._hottest(one => this._isMarked(one)));
  }

  focus(): void {
    this._grid.node.focus();
  }

  dispose(): void {
    this._turn++;
    this._listeners.dispose();
  }

  private _showNothing(func: FunctionIndex, isNative: boolean): void {
    const { profile, state, trans } = this._context;
    this._sheet = null;
    this._grid.showRows(null, trans.__('Instructions'), false);
    this._grid.node.hidden = true;
    this._showCaption(isNative ? func : -1);
    const known = codeFunctions(profile, state.value.value).slice(0, OFFERED);
    this._say(
      isNative || known.length === 0
        ? whyNoCode(this._context, func)
        : trans.__('Python has no machine code of its own. Native functions:')
    );
    const total = this._context.data.whole;
    this._offers.replaceChildren(
      ...known.map(({ func: other, cost }) => {
        const button = el(
          'button',
          { attrs: { type: 'button', title: functionTitle(profile, other) } },
          el('span', { text: functionLabel(profile, other) }),
          el('span', { text: moduleLabel(profile, other) }),
          el('span', { text: formatShare(cost, total) })
        );
        button.addEventListener('click', () => this._choose(other));
        return button;
      })
    );
    this._offers.hidden = known.length === 0;
  }

  private _showCaption(func: FunctionIndex): void {
    const { profile, state, trans } = this._context;
    this._caption.hidden = func < 0;
    if (func >= 0) {
      const path = profile.strings[profile.functions.file[func]] ?? '';
      const file = path.split('/').at(-1) ?? '';
      this._caption.title = functionTitle(profile, func);
      this._caption.replaceChildren(
        el('strong', { text: functionLabel(profile, func) }),
        el('span', {
          text: countsExactly(profile, state.value.value)
            ? trans.__('%1: own cost, counted', file)
            : trans.__('%1: own cost, often one instruction late', file)
        })
      );
    }
  }

  private _say(sentence: string): void {
    this._note.textContent = sentence;
    this._note.hidden = !sentence;
  }

  /** Makes an instruction the current one and shows its line. */
  private _activate(at: number): void {
    this._go(at);
    const line = this.lines[this._grid.active];
    if (line && this._sheet) {
      this._mark(line.places[0] ?? null);
      this._reveal(this._sheet.func, line.places);
    }
  }

  /** Makes an instruction the current one; its jumps stand out. */
  private _go(at: number): void {
    this._grid.activate(at);
    markArrows(this.node, this._jumps, this._grid.active);
  }

  /** The same, in the middle of what surrounds it. */
  private _centre(at: number): void {
    if (at >= 0) {
      this._grid.centre(at);
      this._go(at);
    }
  }

  /** Goes to where the current instruction jumps. */
  private _jump(): void {
    const target = this.lines[this._grid.active]?.target ?? -1;
    if (target >= 0) {
      this._activate(target);
    }
  }

  private _mark(place: ICodePlace | null): void {
    this._marked = place;
    this._grid.node
      .querySelectorAll<HTMLElement>('.np-Asm-row')
      .forEach(row => {
        const isMarked = this._isMarked(this.lines[Number(row.dataset.at)]);
        row.classList.toggle('np-mod-linked', isMarked);
      });
  }

  private _isMarked({ places }: ICodeLine): boolean {
    const marked = this._marked;
    return places.some(
      ({ file, line }) => line === marked?.line && file === marked.file
    );
  }

  /** The place of the costliest instruction that `is` looked for; -1: none. */
  private _hottest(is: (line: ICodeLine) => boolean): number {
    return this.lines.reduce(
      (best, line, at) =>
        line.offset >= 0 &&
        is(line) &&
        (best < 0 || line.cost > this.lines[best].cost)
          ? at
          : best,
      -1
    );
  }

  private _onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const goal = this._grid.goal(event.key);
    if (goal !== null) {
      this._activate(goal);
    } else if (event.key === 'n' || event.key === 'N') {
      const { cost } = this._sheet ?? { cost: 0 };
      const next = this._grid.next(
        event.key === 'n' ? 1 : -1,
        at => this.lines[at].cost > LEAST * cost
      );
      if (next !== null) {
        this._activate(next);
      }
    } else if (event.key === 'Enter') {
      this._jump();
    } else {
      return;
    }
    event.preventDefault();
  }

  private readonly _context: IViewContext;
  private readonly _reveal: (
    func: FunctionIndex,
    places: readonly ICodePlace[]
  ) => void;
  private readonly _choose: (func: FunctionIndex) => void;
  private readonly _codes: Codes;
  private readonly _grid: RowGrid;
  private readonly _listeners = new Disposables();
  private readonly _caption = el('p', { class: 'np-Asm-caption' });
  private readonly _note = el('p', {
    class: 'np-Asm-note',
    attrs: { role: 'note', hidden: true }
  });
  private readonly _offers = el('div', {
    class: 'np-Asm-offers',
    attrs: { hidden: true }
  });
  private _sheet: ICodeSheet | null = null;
  private _jumps: readonly IPlacedJump[] = [];
  private _marked: ICodePlace | null = null;
  private _turn = 0;
}
