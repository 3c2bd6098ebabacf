/** Everything computed from the profile for the state as it is, kept until that changes. */
import {
  breakdown,
  categoryTotals,
  type IBreakdown
} from '../analysis/breakdown';
import { callGraph, type ICallGraph } from '../analysis/callGraph';
import { callTree, type ICallTree } from '../analysis/callTree';
import { stackView, type IStackView } from '../analysis/filter';
import { functionRows, type IFunctionRows } from '../analysis/functionTable';
import { lineRows, type ILineRows } from '../analysis/lines';
import { matchedShare, matcher } from '../analysis/search';
import type { FunctionIndex, IProfile } from '../model/profile';
import type { IViewState } from './state';
import type { Store } from './store';

/** Which functions a search matches, and their share of the whole. */
export interface IMatches {
  has(index: FunctionIndex): boolean;
  /** From 0 to 1, each sample counted once; null where stacks are unknown. */
  readonly share: number | null;
}

/** Lazily computed tables, shared by the views of one viewer. */
export class Derived {
  constructor(profile: IProfile, state: Store<IViewState>) {
    this._profile = profile;
    this._state = state;
  }

  /** True if there are stacks: without them there is no flame graph. */
  get hasStacks(): boolean {
    const { stacks, samples } = this._profile;
    return (stacks?.length ?? 0) > 0 && (samples?.length ?? 0) > 0;
  }

  /** The stacks after folding and filtering. */
  get view(): IStackView {
    const { foldPlumbing, thread, value } = this._state.value;
    return this._once('view', `${foldPlumbing} ${thread} ${value}`, () =>
      stackView(this._profile, { foldPlumbing, thread, root: null }, value)
    );
  }

  /** The sum of what was measured, in `unit`. */
  get total(): number {
    return this.hasStacks ? this.view.total : this._profile.summary.total;
  }

  /** The unit of every cost. */
  get unit(): string {
    const { values, summary } = this._profile;
    return values[this._state.value.value]?.unit ?? summary.unit;
  }

  tree(inverted: boolean): ICallTree {
    return this._once(`tree ${inverted}`, this._viewKey, () =>
      callTree(this.view, { invert: inverted, merge: 'function' })
    );
  }

  get rows(): IFunctionRows {
    return this._once('rows', this._viewKey, () =>
      functionRows(this._profile, this.view)
    );
  }

  get lines(): ILineRows {
    return this._once('lines', this._viewKey, () =>
      lineRows(this._profile, this.view)
    );
  }

  get breakdown(): IBreakdown {
    return this._once('breakdown', this._viewKey, () =>
      breakdown(this._profile, this.view)
    );
  }

  /** By category, waiting included where clocks measured it. */
  get categories(): Float64Array {
    return this._once('categories', this._viewKey, () =>
      categoryTotals(this._profile, this.view)
    );
  }

  /** The call graph for the threshold and focus of the state. */
  get graph(): ICallGraph {
    const { threshold, focus } = this._state.value;
    return this._once('graph', `${this._viewKey} ${threshold} ${focus}`, () =>
      callGraph(this._profile, this.view, {
        threshold,
        maxNodes: 200,
        ...(focus >= 0 ? { focus } : {})
      })
    );
  }

  /** What the search matches; null if nothing is searched for. */
  get matches(): IMatches | null {
    const text = this._state.value.search.trim();
    return this._once('matches', `${this._viewKey} ${text}`, () => {
      if (!text) {
        return null;
      }
      const matched = matcher(this._profile, text);
      return {
        has: matched,
        share: this.hasStacks ? matchedShare(this.view, matched) : null
      };
    });
  }

  private get _viewKey(): string {
    const { foldPlumbing, thread, value } = this._state.value;
    return `${foldPlumbing} ${thread} ${value}`;
  }

  private _once<T>(name: string, key: string, make: () => T): T {
    const kept = this._kept.get(name);
    if (kept?.key === key) {
      return kept.value as T;
    }
    const value = make();
    this._kept.set(name, { key, value });
    return value;
  }

  private readonly _profile: IProfile;
  private readonly _state: Store<IViewState>;
  private readonly _kept = new Map<string, { key: string; value: unknown }>();
}
