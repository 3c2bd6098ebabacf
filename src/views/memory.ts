/**
 * What was chosen in a viewer, remembered by the browser: a notebook is never
 * changed by looking at it.
 */
import type { IProfile } from '../model/profile';
import type { Disposables } from './dom';
import { packState, profileKey, type PackedState } from './keptState';
import type { IViewState } from './state';
import type { Store } from './store';

/** Remembers states by the key of a profile. */
export interface IStateMemory {
  /** What was written last; it may be anything. */
  read(key: string): unknown;
  write(key: string, state: PackedState): void;
}

const KEY = 'nativeprofile:states';
/** Profiles remembered; those looked at longest ago are forgotten. */
const MOST = 100;
/** Milliseconds: a walk through a table is written once. */
const PAUSE = 300;

/** The browser's own store. */
export const browserMemory: IStateMemory = {
  read: key => load().find(([other]) => other === key)?.[1],
  write: (key, state) => {
    const others = load().filter(([other]) => other !== key);
    const changed = Object.keys(state).length > 0;
    save([...others, ...(changed ? [[key, state] as const] : [])].slice(-MOST));
  }
};

/** Writes down each change of a state until disposed. */
export function rememberState(
  profile: IProfile,
  state: Store<IViewState>,
  first: Readonly<IViewState>,
  memory: IStateMemory,
  listeners: Disposables
): void {
  const key = profileKey(profile.meta);
  const keys = Object.keys(first) as (keyof IViewState)[];
  let timer = 0;
  const write = (): void => {
    if (timer) {
      clearTimeout(timer);
      timer = 0;
      memory.write(key, packState(state.value, first));
    }
  };
  listeners.add(
    state.subscribe(
      keys.filter(key => key !== 'hover' && key !== 'room'),
      () => {
        clearTimeout(timer);
        timer = window.setTimeout(write, PAUSE);
      }
    )
  );
  // The page may go, or the output out of the notebook's window, before that.
  listeners.on(window, 'pagehide' as keyof HTMLElementEventMap, write);
  listeners.add(write);
}

type Entries = readonly (readonly [key: string, state: unknown])[];

// Storage may be forbidden (private windows, sandboxed pages), full, or hold
// something else: then forget.
function load(): Entries {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? (kept as unknown[]).filter(isEntry) : [];
  } catch {
    return [];
  }
}

function save(entries: Entries): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(entries));
  } catch {
    return;
  }
}

function isEntry(entry: unknown): entry is Entries[number] {
  return Array.isArray(entry) && typeof entry[0] === 'string';
}
