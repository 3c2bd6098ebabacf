/** The breakdown category → module → function as the parts of a chart. */
import { sumParts, type IBreakdown } from '../../analysis/breakdown';
import { formatShare } from '../../analysis/units';

/** More sectors than a reader could hear of. */
const MAX_SECTORS = 600;
/** Sectors below this share of the whole are left out. */
const MIN_SHARE = 0.002;
/** Sectors below this share of what is looked into are not drawn: three pixels at the rim. */
const MIN_DRAWN = 0.004;

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

/** The size of what is drawn, in CSS pixels. */
export interface IExtent {
  readonly width: number;
  readonly height: number;
}

/** The least that a character needs, in CSS pixels: labels smaller than that are hidden. */
const CHARACTER = { width: 4, height: 9 };

/**
 * The sectors that are drawn: those inside a level that are wide enough to be seen; and those
 * around it and beside these, without which plotly finds no way back.
 *
 * @param level The sector that is looked into, by its id; null: all of them.
 */
export function sectorsWithin(all: ISectors, level: string | null): ISectors {
  const { ids, parents, values } = all;
  const whole = valueOf(all, level);
  const around = new Set<string>();
  for (let id = level ?? ''; id; id = parents[ids.indexOf(id)]) {
    around.add(id);
  }
  const inside = new Set([level ?? '']);
  const shown = ids.map((id, i) => {
    const isInside = inside.has(parents[i]) && values[i] >= MIN_DRAWN * whole;
    if (isInside) {
      inside.add(id);
    }
    return isInside || around.has(id) || !parents[i];
  });
  const pick = <T>(column: readonly T[]): T[] =>
    column.filter((_, i) => shown[i]);
  return {
    ids: pick(ids),
    labels: pick(all.labels),
    parents: pick(parents),
    values: pick(values),
    measured: pick(all.measured),
    categories: pick(all.categories),
    functions: pick(all.functions)
  };
}

function valueOf(
  { ids, parents, values }: ISectors,
  level: string | null
): number {
  return level === null
    ? values.reduce((sum, value, i) => sum + (parents[i] ? 0 : value), 0)
    : values[ids.indexOf(level)];
}

/**
 * Which sectors may have room for their label: what would not fit into the
 * sector's area cannot fit into its shape.
 *
 * @param level The sector that is looked into, by its id; null: all of them.
 */
export function readableSectors(
  sectors: ISectors,
  kind: 'sunburst' | 'treemap',
  { width, height }: IExtent,
  level: string | null
): boolean[] {
  const { ids, parents, values, labels } = sectors;
  // How far below the level each is; those outside of it are not drawn.
  const depths = new Map<string, number>(level === null ? [['', -1]] : []);
  ids.forEach((id, at) => {
    const above = depths.get(parents[at]);
    if (id === level) {
      depths.set(id, 0);
    } else if (above !== undefined) {
      depths.set(id, above + 1);
    }
  });
  const rings = 1 + Math.max(...depths.values());
  const whole = valueOf(sectors, level);
  const radius = Math.min(width, height) / 2;
  return ids.map((id, at) => {
    const depth = depths.get(id);
    if (depth === undefined) {
      return false;
    }
    const share = values[at] / whole;
    const needed = labels[at].length * CHARACTER.width * CHARACTER.height;
    if (kind === 'treemap') {
      return share * width * height >= needed;
    }
    const outer = (radius * (depth + 1)) / rings;
    const inner = (radius * depth) / rings;
    return (
      share * Math.PI * (outer ** 2 - inner ** 2) >= needed &&
      share * 2 * Math.PI * outer >= CHARACTER.height
    );
  });
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
