/**
 * The parts of a message that are plain JSON. They describe the profile and
 * are not needed to read it: what is missing or of a wrong type is left empty.
 */
import { isObject } from './messages';
import { printable } from './text';
import type {
  ICell,
  IMeta,
  IPart,
  IQuality,
  ISummary,
  ISummaryFunction,
  ISummaryLine
} from './types';
import { CATEGORIES, type CategoryName } from './types';

/** `meta`, complete. */
export function decodeMeta(wire: unknown): IMeta {
  const meta = isObject(wire) ? wire : {};
  const status = meta.status;
  return {
    name: text(meta.name),
    prompt: nullableNumber(meta.prompt),
    cell_id: typeof meta.cell_id === 'string' ? printable(meta.cell_id) : null,
    status: status === 'error' || status === 'interrupted' ? status : 'ok',
    engine: text(meta.engine),
    engine_version: text(meta.engine_version),
    engine_reason: text(meta.engine_reason),
    kind: meta.kind === 'exact' ? 'exact' : 'sampled',
    rate: nullableNumber(meta.rate),
    started: number(meta.started),
    wall_ns: number(meta.wall_ns),
    cpu_ns: number(meta.cpu_ns),
    ...optionalNumber(meta, 'thread_cpu_ns'),
    ...optionalNumber(meta, 'thread_queued_ns'),
    ...(isStacks(meta.stacks) ? { stacks: meta.stacks } : {}),
    python: text(meta.python),
    platform: text(meta.platform),
    cells: list(meta.cells).map(decodeCell),
    truncated: meta.truncated === true,
    ...optionalNumber(meta, 'time_slice'),
    ...(Array.isArray(meta.parts)
      ? { parts: list(meta.parts).map(decodePart) }
      : {}),
    ...optionalNumber(meta, 'part'),
    ...(isTimeUnit(meta.time_unit) ? { time_unit: meta.time_unit } : {})
  };
}

/** `quality`: only what was measured. */
export function decodeQuality(wire: unknown): IQuality {
  const quality = isObject(wire) ? wire : {};
  const shares = Object.entries(quality).filter(([, value]) => isNumber(value));
  return {
    ...Object.fromEntries(shares),
    notes: Array.isArray(quality.notes) ? quality.notes.map(text) : []
  };
}

/** `summary`, complete. */
export function decodeSummary(wire: unknown): ISummary {
  const summary = isObject(wire) ? wire : {};
  return {
    unit: text(summary.unit),
    total: number(summary.total),
    wall_ns: number(summary.wall_ns),
    cpu_ns: number(summary.cpu_ns),
    ...optionalNumber(summary, 'effective'),
    ...(Array.isArray(summary.totals)
      ? { totals: summary.totals.map(number) }
      : {}),
    categories: decodeCategories(summary.categories),
    functions: list(summary.functions).map(decodeFunction),
    lines: list(summary.lines).map(decodeLine)
  };
}

function decodeCell(cell: Record<string, unknown>): ICell {
  return {
    name: text(cell.name),
    prompt: number(cell.prompt),
    id: typeof cell.id === 'string' ? printable(cell.id) : null,
    source: text(cell.source)
  };
}

function decodePart(part: Record<string, unknown>): IPart {
  return {
    name: text(part.name),
    ...(typeof part.trigger === 'string'
      ? { trigger: printable(part.trigger) }
      : {}),
    ...optionalNumber(part, 'pid'),
    ...optionalNumber(part, 'thread'),
    ...optionalNumber(part, 'snapshot')
  };
}

function decodeFunction(row: Record<string, unknown>): ISummaryFunction {
  return {
    name: text(row.name),
    file: typeof row.file === 'string' ? printable(row.file) : null,
    line: isNumber(row.line) ? row.line : -1,
    category: CATEGORIES.find(name => name === row.category) ?? 'system',
    self: number(row.self),
    inclusive: number(row.inclusive),
    ...(typeof row.source === 'string'
      ? { source: printable(row.source) }
      : {}),
    ...(isNumber(row.calls) ? { calls: row.calls } : {})
  };
}

function decodeLine(row: Record<string, unknown>): ISummaryLine {
  return {
    file: text(row.file),
    line: isNumber(row.line) ? row.line : -1,
    ...(typeof row.cell === 'string' ? { cell: printable(row.cell) } : {}),
    ...(typeof row.text === 'string' ? { text: printable(row.text) } : {}),
    self: number(row.self),
    inclusive: number(row.inclusive),
    categories: decodeCategories(row.categories)
  };
}

function decodeCategories(
  wire: unknown
): Partial<Record<CategoryName, number>> {
  const categories: Partial<Record<CategoryName, number>> = {};
  if (isObject(wire)) {
    for (const name of CATEGORIES) {
      const value = wire[name];
      if (isNumber(value)) {
        categories[name] = value;
      }
    }
  }
  return categories;
}

function isStacks(wire: unknown): wire is NonNullable<IMeta['stacks']> {
  return wire === 'full' || wire === 'paired' || wire === 'leaf';
}

function isTimeUnit(wire: unknown): wire is NonNullable<IMeta['time_unit']> {
  return wire === 'i' || wire === 'ms' || wire === 'B';
}

function list(wire: unknown): Record<string, unknown>[] {
  return Array.isArray(wire) ? wire.filter(isObject) : [];
}

function text(wire: unknown): string {
  return typeof wire === 'string' ? printable(wire) : '';
}

function number(wire: unknown): number {
  return isNumber(wire) ? wire : 0;
}

function optionalNumber<K extends string>(
  wire: Readonly<Record<string, unknown>>,
  key: K
): { readonly [key in K]?: number } {
  const value = wire[key];
  return isNumber(value)
    ? ({ [key]: value } as { readonly [key in K]: number })
    : {};
}

function nullableNumber(wire: unknown): number | null {
  return isNumber(wire) ? wire : null;
}

function isNumber(wire: unknown): wire is number {
  return typeof wire === 'number' && Number.isFinite(wire);
}
