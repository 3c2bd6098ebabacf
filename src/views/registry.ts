/** The views in the order of their tabs: a new one is a folder and a line here. */
import type { IProfile } from '../model/profile';
import { compare } from './compare';
import { coverage } from './coverage';
import { flame } from './flame';
import { graph } from './graph';
import { heap } from './heap';
import { interpreter } from './interpreter';
import { source } from './source';
import { summary } from './summary';
import { table } from './table';
import { timeline } from './timeline';
import type { IViewKind } from './view';

export const VIEWS: readonly IViewKind[] = [
  coverage,
  summary,
  flame,
  graph,
  table,
  source,
  timeline,
  compare,
  interpreter,
  heap
];

/** Those that a profile has something for; the first is shown first. */
export function viewsOf(profile: IProfile): readonly IViewKind[] {
  return VIEWS.filter(({ applies }) => applies?.(profile) !== false);
}
