/** The controls of the call graph: what a node is, and what is left out. */
import { hasInterpreter } from '../../analysis/interpreter';
import { formatShare } from '../../analysis/units';
import { iconButton, setPressed, toggleButton } from '../buttons';
import { el, type Disposables } from '../dom';
import type { IViewContext } from '../view';
import type { IScene } from './scene';

/** The positions of the threshold's slider. */
const THRESHOLDS = [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2];

/** What the controls ask for. */
export interface IToolActions {
  unfocus(): void;
  group(by: 'module' | 'interpreter'): void;
  joinCycles(): void;
}

/** Beside the tabs, while the graph is shown. */
export class GraphTools {
  constructor(
    context: IViewContext,
    listeners: Disposables,
    actions: IToolActions
  ) {
    this._context = context;
    const { trans, state } = context;
    this._unfocus = toggleButton('', trans.__('Show the whole graph (Esc)'));
    this._unfocus.removeAttribute('aria-pressed');
    this._group = toggleButton(
      trans.__('Modules'),
      trans.__('A box for each module (m)')
    );
    this._parts = toggleButton(
      trans.__('CPython'),
      trans.__('A box for each part of CPython, machinery included (i)')
    );
    this._parts.hidden = !hasInterpreter(context.profile);
    this._cycles = toggleButton(
      trans.__('Cycles'),
      trans.__('Functions that call each other in a cycle in one box (r)')
    );
    this._slider = el('input', {
      class: 'np-Range',
      attrs: {
        type: 'range',
        min: 0,
        max: THRESHOLDS.length - 1,
        step: 1,
        'aria-label': trans.__('Hide functions below this share')
      }
    });
    this.node = el(
      'div',
      { class: 'np-Tools' },
      this._unfocus,
      this._note,
      this._group,
      this._parts,
      this._cycles,
      this._slider,
      this._limit
    );
    listeners.on(this._unfocus, 'click', () => actions.unfocus());
    listeners.on(this._group, 'click', () => actions.group('module'));
    listeners.on(this._parts, 'click', () => actions.group('interpreter'));
    listeners.on(this._cycles, 'click', () => actions.joinCycles());
    listeners.on(this._slider, 'input', () =>
      state.set({ threshold: THRESHOLDS[Number(this._slider.value)] })
    );
  }

  readonly node: HTMLElement;

  /** Shows the state, and what this scene leaves out. */
  show(scene: IScene): void {
    const { state, trans } = this._context;
    const { focus, grouping, joinCycles } = state.value;
    const { hidden, nodes, threshold, cycles, nodeOf } = scene.graph;
    const at = THRESHOLDS.findIndex(value => value >= threshold);
    this._slider.value = String(at < 0 ? THRESHOLDS.length - 1 : at);
    const limit = `≥ ${formatShare(threshold, 1)}`;
    this._limit.textContent = limit;
    this._slider.setAttribute('aria-valuetext', limit);
    const [what, others] =
      grouping === 'module'
        ? [
            trans.__('%1 modules', nodes.length),
            trans.__('%1 other modules', hidden.nodes)
          ]
        : grouping === 'interpreter'
          ? [
              trans.__('%1 parts and modules', nodes.length),
              trans.__('%1 others', hidden.nodes)
            ]
          : [
              trans.__('%1 functions', nodes.length),
              trans.__('%1 other functions', hidden.nodes)
            ];
    const share = formatShare(hidden.share, 1);
    this._note.textContent =
      nodes.length === 0
        ? trans.__('Nothing reaches this share')
        : hidden.nodes === 0
          ? what
          : trans.__('%1, %2 in others', what, share);
    this._note.title =
      hidden.nodes === 0
        ? ''
        : trans.__(
            '%1 spend %2 themselves and are not drawn, each being below %3 with all it calls. Move the slider to the left to draw more.',
            others,
            share,
            formatShare(threshold, 1)
          );
    setPressed(this._group, grouping === 'module');
    setPressed(this._parts, grouping === 'interpreter');
    setPressed(this._cycles, joinCycles);
    this._cycles.hidden = cycles === 0 && !joinCycles;
    this._unfocus.hidden = focus < 0;
    if (focus >= 0) {
      const node = nodeOf[focus];
      const name = node < 0 ? '' : scene.texts[node].name;
      this._unfocus.textContent = `${name.slice(0, 40)} ✕`;
    }
  }

  private readonly _context: IViewContext;
  private readonly _unfocus: HTMLButtonElement;
  private readonly _group: HTMLButtonElement;
  private readonly _parts: HTMLButtonElement;
  private readonly _cycles: HTMLButtonElement;
  private readonly _slider: HTMLInputElement;
  private readonly _note = el('span', { class: 'np-Tools-text' });
  private readonly _limit = el('span');
}

/** The buttons in the corner: closer, farther, all of it. */
export function makeZoom(
  { trans }: IViewContext,
  listeners: Disposables,
  zoom: (key: string) => void
): HTMLElement {
  const closer = iconButton('plus', trans.__('Closer (+)'));
  const farther = iconButton('minus', trans.__('Farther (−)'));
  const fit = iconButton('fit', trans.__('All of it (0)'));
  listeners.on(closer, 'click', () => zoom('+'));
  listeners.on(farther, 'click', () => zoom('-'));
  listeners.on(fit, 'click', () => zoom('0'));
  return el('div', { class: 'np-Zoom' }, closer, farther, fit);
}
