/** The colours of the page as the canvas needs them, and when they change. */
import { CATEGORIES } from '../format/types';
import type { Presence } from './presence';
import type { Unsubscribe } from './store';

/** A category's colours. */
export interface ICategoryColors {
  readonly fill: string;
  readonly text: string;
}

/** The colours of differences: each from slight to large. */
export interface IDifferenceColors {
  readonly more: readonly ICategoryColors[];
  readonly less: readonly ICategoryColors[];
  readonly noise: ICategoryColors;
}

/** Colours and fonts, resolved from the CSS variables of style/base.css. */
export interface IPalette {
  readonly background: string;
  readonly soft: string;
  readonly hover: string;
  readonly line: string;
  readonly text: string;
  readonly textSoft: string;
  readonly accent: string;
  readonly selected: string;
  readonly hatch: string;
  readonly font: string;
  readonly codeFont: string;
  readonly dark: boolean;
  /** Colours are to be told apart by lightness and pattern, too. */
  readonly highContrast: boolean;
  /** By category index. */
  readonly categories: readonly ICategoryColors[];
  readonly difference: IDifferenceColors;
}

const WATCHED = ['data-jp-theme-light', 'data-jp-theme-name', 'class'];
const CONTRAST = ['(forced-colors: active)', '(prefers-contrast: more)'];

/** Reads the palette of `root` and tells when the page changes its theme and it is in sight. */
export class Theme {
  constructor(root: HTMLElement, presence: Presence) {
    this._root = root;
    this._presence = presence;
    presence.subscribe(() => this._changed());
    this._observer = new MutationObserver(() => this._changed());
    this._observer.observe(document.body, {
      attributes: true,
      attributeFilter: WATCHED
    });
    if (typeof matchMedia === 'function') {
      this._contrast = CONTRAST.map(query => matchMedia(query));
    }
    for (const query of this._contrast) {
      query.addEventListener?.('change', this._changed);
    }
  }

  /** The palette now. */
  get palette(): IPalette {
    this._palette ??= readPalette(this._root);
    return this._palette;
  }

  /** Calls `listener` after each change of theme. */
  subscribe(listener: () => void): Unsubscribe {
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  }

  dispose(): void {
    this._observer.disconnect();
    for (const query of this._contrast) {
      query.removeEventListener?.('change', this._changed);
    }
    this._listeners.clear();
  }

  private readonly _changed = (): void => {
    if (!this._presence.isNear) {
      return; // looked at again when it comes near
    }
    const before = JSON.stringify(this.palette);
    this._palette = null;
    if (JSON.stringify(this.palette) !== before) {
      for (const listener of [...this._listeners]) {
        listener();
      }
    }
  };

  private readonly _root: HTMLElement;
  private readonly _presence: Presence;
  private readonly _observer: MutationObserver;
  private readonly _listeners = new Set<() => void>();
  private readonly _contrast: readonly MediaQueryList[] = [];
  private _palette: IPalette | null = null;
}

function readPalette(root: HTMLElement): IPalette {
  const style = getComputedStyle(root);
  const read = (name: string, fallback: string): string =>
    plain(root, style.getPropertyValue(`--np-${name}`).trim()) || fallback;
  const pair = (name: string): ICategoryColors => ({
    fill: read(name, '#999'),
    text: read(`on-${name}`, '#000')
  });
  return {
    background: read('bg', '#fff'),
    soft: read('bg-soft', '#f7f7f8'),
    hover: read('bg-hover', '#ededf0'),
    line: read('line', '#dcdce0'),
    text: read('text', '#1c1c1f'),
    textSoft: read('text-soft', '#5c5c63'),
    accent: read('accent', '#1565c0'),
    selected: read('selected', '#d6005c'),
    hatch: read('hatch', 'rgba(0,0,0,0.28)'),
    font: read('font', 'sans-serif'),
    codeFont: read('code-font', 'monospace'),
    dark: document.body.dataset.jpThemeLight === 'false',
    highContrast: read('contrast', 'normal') === 'high',
    categories: CATEGORIES.map(pair),
    difference: {
      more: ['more1', 'more2', 'more3'].map(pair),
      less: ['less1', 'less2', 'less3'].map(pair),
      noise: pair('noise')
    }
  };
}

/** A system colour or a mixture as numbers: not all that draws knows more than those. */
function plain(root: HTMLElement, value: string): string {
  if (!/^([A-Z]\w+|color-mix\(.*)$/.test(value)) {
    return value;
  }
  const probe = root.appendChild(document.createElement('i'));
  probe.style.color = value;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
