/** The views in the order of their tabs: a new one is a folder and a line here. */
import { compare } from './compare';
import { flame } from './flame';
import { graph } from './graph';
import { source } from './source';
import { summary } from './summary';
import { table } from './table';
import { timeline } from './timeline';
import type { IViewKind } from './view';

export const VIEWS: readonly IViewKind[] = [
  summary,
  flame,
  graph,
  table,
  source,
  timeline,
  compare
];
