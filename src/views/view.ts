/** What a view is, and what it is given. */
import type { IProfile } from '../model/profile';
import type { Others } from './compare/others';
import type { Derived } from './derived';
import type { ITranslation, IViewerEnv } from './env';
import type { Need } from './needs';
import type { Presence } from './presence';
import type { IViewState } from './state';
import type { Store } from './store';
import type { Theme } from './theme';
import type { Tooltip } from './tooltip';

/** What every view of one viewer shares. */
export interface IViewContext {
  /** With the values that the state defines. */
  readonly profile: IProfile;
  readonly state: Store<IViewState>;
  readonly data: Derived;
  /** The profiles to compare with. */
  readonly others: Others;
  readonly env: IViewerEnv;
  readonly trans: ITranslation;
  readonly theme: Theme;
  readonly tooltip: Tooltip;
  /** Whether the viewer is in sight: what is not, need not be drawn. */
  readonly presence: Presence;
  /** Shows another view, unless it stands beside already; Escape leads back. */
  open(next: Partial<IViewState>): void;
  /** Says a sentence in the live line of the viewer. */
  announce(sentence: string): void;
}

/** A way to save what the view shows. */
export interface IExportChoice {
  readonly label: string;
  /** The end of the file name, without a dot. */
  readonly extension: string;
  make(): Blob | Promise<Blob>;
}

/** One view of the profile. */
export interface IView {
  readonly node: HTMLElement;
  /** Controls shown beside the tabs while this view is active. */
  readonly tools?: HTMLElement;
  /** Called whenever the view has become visible or the page was laid out anew. */
  refresh(): void;
  focus(): void;
  /** Goes back one step (zoom, focus); false if there is none. */
  back?(): boolean;
  /** Gives up what only the view knows: a drag, where it looks; false if there is nothing. */
  settle?(): boolean;
  exports?(): readonly IExportChoice[];
  dispose(): void;
}

/** A kind of view, as the registry lists it. */
export interface IViewKind {
  readonly id: string;
  readonly label: string;
  /** Whether a profile has what it shows; absent: each has, or the view says what is missing. */
  applies?(profile: IProfile): boolean;
  /**
   * What it reads of the computed tables in a state. Of a large profile a worker
   * computes that before the view is shown; what is forgotten here is
   * computed on the spot, while the page stands still.
   */
  needs?(state: Readonly<IViewState>, profile: IProfile): readonly Need[];
  create(context: IViewContext): IView;
}
