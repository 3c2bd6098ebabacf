/** The breakdown category → module → function as the parts of a chart. */
import { sumParts, type IBreakdown } from '../../analysis/breakdown';
import { formatShare } from '../../analysis/units';

/** More sectors than a reader could see, fewer than plotly gets slow with. */
const MAX_SECTORS = 600;
/** Sectors below this share of the whole are not drawn. */
const MIN_SHARE = 0.002;

/** The sectors, in plotly's columns. */
export interface ISectors {
  readonly ids: string[];
  readonly labels: string[];
  readonly parents: string[];
  readonly values: number[];
  /** The parts of the values that were measured, not sampled. */
  readonly measured: number[];
  readonly categories: number[];
  /** The function that a sector is, -1: none. */
  readonly functions: number[];
}

/** The breakdown as sectors, parents before children, costliest first. */
export function makeSectors(
  whole: IBreakdown,
  name: (part: IBreakdown, depth: number) => string
): ISectors {
  const sectors: ISectors = {
    ids: [],
    labels: [],
    parents: [],
    values: [],
    measured: [],
    categories: [],
    functions: []
  };
  let level = whole.children.map(part => ({ part, parent: '' }));
  for (let depth = 0; level.length > 0; depth++) {
    const next: typeof level = [];
    for (const { part, parent } of level) {
      if (
        part.value < MIN_SHARE * whole.value ||
        sectors.ids.length >= MAX_SECTORS
      ) {
        continue;
      }
      const id = String(sectors.ids.length);
      sectors.ids.push(id);
      sectors.labels.push(name(part, depth));
      sectors.parents.push(parent);
      sectors.values.push(part.value);
      sectors.measured.push(part.measured);
      sectors.categories.push(part.category);
      sectors.functions.push(part.func);
      next.push(...part.children.map(part => ({ part, parent: id })));
    }
    level = next;
  }
  return sectors;
}

/** Each sector with those that it is in, and its share: `Python, json, dumps: 12 %`. */
export function sectorWords(
  { ids, labels, parents, values }: ISectors,
  total: number
): string[] {
  const paths = new Map<string, string>();
  return ids.map((id, at) => {
    const parent = paths.get(parents[at]);
    const path = parent ? `${parent}, ${labels[at]}` : labels[at];
    paths.set(id, path);
    return `${path}: ${formatShare(values[at], total)}`;
  });
}

/** Without what was measured apart: no function stands behind it. */
export function withFrames(whole: IBreakdown): IBreakdown {
  const children = whole.children
    .filter(part => part.children.length > 0)
    .map(part => ({ ...part, ...sumParts(part.children) }));
  return { ...whole, children, ...sumParts(children) };
}
