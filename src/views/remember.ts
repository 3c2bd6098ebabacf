/** Has what is chosen in a viewer remembered. */
import type { IProfile } from '../model/profile';
import type { Disposables } from './dom';
import { packState } from './keptState';
import type { IStateMemory } from './memory';
import { profileKey } from './profileKey';
import type { IViewState } from './state';
import type { Store } from './store';

/** Milliseconds: a walk through a table is written once. */
const PAUSE = 300;

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
