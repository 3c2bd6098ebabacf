/**
 * What was chosen in a viewer, remembered by the browser: a notebook is never
 * changed by looking at it.
 */
import type { PackedState } from './keptState';

/** Remembers states by the key of a profile. */
export interface IStateMemory {
  /** What was written last; it may be anything. */
  read(key: string): unknown;
  write(key: string, state: PackedState): void;
}

const KEY = 'nativeprofile:states';
/** Profiles remembered; those looked at longest ago are forgotten. */
const MOST = 100;

/** The browser's own store. */
export const browserMemory: IStateMemory = {
  read: key => load().find(([other]) => other === key)?.[1],
  write: (key, state) => {
    const others = load().filter(([other]) => other !== key);
    const changed = Object.keys(state).length > 0;
    save([...others, ...(changed ? [[key, state] as const] : [])].slice(-MOST));
  }
};

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
