/** What the computed tables are made of: the stacks under the filter, and what is marked in them. */
import { highlighted, stackMarks } from '../analysis/conditions';
import { shownSamples, stackView } from '../analysis/filter';
import type { IStackView } from '../analysis/stackView';
import { linePlaces, type ILinePlaces, type Language } from '../analysis/lines';
import { withFormulas } from '../analysis/formulas';
import { parseQuery } from '../analysis/query';
import { matcher } from '../analysis/search';
import type { IMarks } from '../analysis/conditions';
import type { IValue } from '../format/types';
import type { FunctionIndex, IProfile } from '../model/profile';
import { Kept } from './kept';
import { FILTER_KEYS, type IViewState } from './state';
import type { Store } from './store';

/** Parts for the state as it is; their keys say of which state a table is. */
export class Parts extends Kept {
  /** @param measured The profile without the values that the state defines. */
  constructor(
    readonly measured: IProfile,
    protected readonly _state: Pick<Store<IViewState>, 'value'>,
    seen?: Kept
  ) {
    super(seen);
  }

  /** The profile with the values that the state defines. */
  get profile(): IProfile {
    return withFormulas(this.measured, this._state.value.formulas);
  }

  /** True if there are stacks: without them there is no flame graph. */
  get hasStacks(): boolean {
    const { stacks, samples } = this.measured;
    return (stacks?.length ?? 0) > 0 && (samples?.length ?? 0) > 0;
  }

  /** What every cost is of. */
  get value(): IValue {
    const { values, summary } = this.profile;
    return values[this._state.value.value] ?? { name: '', unit: summary.unit };
  }

  /** The unit of every cost. */
  get unit(): string {
    return this.value.unit;
  }

  /** Which stacks the timeline shows as searched for, and as selected. */
  get marks(): IMarks {
    const { selection, conditions } = this._state.value;
    return this._part('marks', this._marksKey, () =>
      stackMarks(this.profile, this._matched, selection, conditions)
    );
  }

  /** Tests which functions the search matches. */
  protected get _matched(): ((func: FunctionIndex) => boolean) | null {
    const text = this._state.value.search.trim();
    return this._part('matched', text, () => {
      if (!text) {
        return null;
      }
      const { conditions, problem } = parseQuery(text);
      // What is no filter is looked for as it stands.
      return problem
        ? matcher(this.profile, text)
        : highlighted(this.profile, conditions);
    });
  }

  /** The stacks after folding and filtering. */
  protected get _view(): IStackView {
    return this._viewOf(this._state.value.value);
  }

  /** The same stacks with the machinery in them. */
  protected get _unfolded(): IStackView {
    return this._viewOf(this._state.value.value, false);
  }

  /** The same stacks with the costs of another value. */
  protected _viewOf(
    value: number,
    foldPlumbing = this._state.value.foldPlumbing
  ): IStackView {
    const { lane, time, conditions, hideAttributed } = this._state.value;
    const shows = { lane, time, conditions, hideAttributed };
    const filter = { ...shows, foldPlumbing, root: null };
    const isUnfolded = foldPlumbing !== this._state.value.foldPlumbing;
    const name = `${isUnfolded ? 'unfolded view' : 'view'} ${value}`;
    return this._part(name, this._filterKey, () => {
      const key = JSON.stringify(shows);
      const shown = this._part(`samples ${value}`, key, () =>
        shownSamples(this.profile, filter, value)
      );
      return stackView(this.profile, filter, value, shown);
    });
  }

  protected _places(value: number, language: Language): ILinePlaces {
    return this._part(`places ${language} ${value}`, this._filterKey, () =>
      linePlaces(this.profile, this._viewOf(value), language)
    );
  }

  protected get _filterKey(): string {
    const { value: state } = this._state;
    return JSON.stringify(FILTER_KEYS.map(key => state[key]));
  }

  protected get _timelineKey(): string {
    const { value, formulas, hideAttributed } = this._state.value;
    const shown =
      this.unit === 'ns' ? 'time' : JSON.stringify([value, formulas]);
    return `${shown} ${hideAttributed}`;
  }

  protected get _marksKey(): string {
    const { selection, search, conditions } = this._state.value;
    return JSON.stringify([selection, search.trim(), conditions]);
  }

  protected get _viewKey(): string {
    return `${this._filterKey} ${this._state.value.value}`;
  }

  protected get _searchKey(): string {
    return `${this._viewKey} ${this._state.value.search.trim()}`;
  }
}
