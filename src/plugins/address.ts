/** Links to what a viewer shows: the notebook's address, with the state in it. */
import { PageConfig } from '@jupyterlab/coreutils';
import type { PackedState } from '../views/keptState';

/** The name in the address's query. */
export const LINK = 'nativeprofile';

/** What a link says. */
interface ILink {
  /** Of the notebook. */
  readonly path: string;
  /** Of the profile in it. */
  readonly key: string;
  readonly state: PackedState;
}

/** The address that shows a profile of a notebook in a state. */
export function linkTo(path: string, key: string, state: PackedState): string {
  const base = PageConfig.getUrl({
    mode: 'multiple-document',
    workspace: PageConfig.defaultWorkspace,
    treePath: path,
    toShare: true
  });
  const said: ILink = { path, key, state };
  return `${base}?${LINK}=${encodeURIComponent(JSON.stringify(said))}`;
}

/** What an address's query says; null: nothing that is ours. */
export function readLink(search: string): ILink | null {
  try {
    const said: unknown = JSON.parse(new URLSearchParams(search).get(LINK)!);
    const { path, key, state } = said as ILink;
    return typeof path === 'string' && typeof key === 'string'
      ? { path, key, state }
      : null;
  } catch {
    return null;
  }
}
