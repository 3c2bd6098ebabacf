/** Why a line cost what it did: what it called, who called it, on how many threads or tasks. */
import type { IStackView } from '../../analysis/filter';
import type { ILineRows } from '../../analysis/lines';
import { functionLabel } from '../../analysis/names';
import { formatShare } from '../../analysis/units';
import { CATEGORIES } from '../../format/types';
import { Kind, type FunctionIndex } from '../../model/profile';
import type { ITranslation } from '../env';

const PYTHON = CATEGORIES.indexOf('python');

/** What is told about one line. */
export interface IReason {
  /** Own cost (`ILineRows.self`) by category. */
  readonly byCategory: Float64Array;
  /** A few words; empty if there is nothing to add. */
  readonly text: string;
}

/** What is gathered about a line while walking the stacks. */
interface IFindings {
  readonly byCategory: Float64Array;
  /** Cost below the native function that the line called. */
  readonly called: Map<FunctionIndex, number>;
  /** Cost by the native function that called the line's function. */
  readonly callers: Map<FunctionIndex, number>;
  readonly threads: Set<number>;
  readonly tasks: Set<number>;
}

/** Reasons for the first `count` lines. */
export function explainLines(
  view: IStackView,
  lines: ILineRows,
  count: number,
  trans: ITranslation
): IReason[] {
  const findings = gather(view, lines, count);
  return findings.map((finding, i) => ({
    byCategory: finding.byCategory,
    text: inWords(view, finding, lines.self[i], trans)
  }));
}

function gather(
  view: IStackView,
  lines: ILineRows,
  count: number
): IFindings[] {
  const { profile } = view;
  const { functions } = profile;
  const place = (file: number, line: number): string => `${file}:${line}`;
  const index = new Map<string, number>();
  const findings: IFindings[] = [];
  for (let i = 0; i < Math.min(count, lines.length); i++) {
    index.set(place(lines.file[i], lines.line[i]), i);
    findings.push({
      byCategory: new Float64Array(CATEGORIES.length),
      called: new Map(),
      callers: new Map(),
      threads: new Set(),
      tasks: new Set()
    });
  }
  // For each row: its innermost line, what that called, who called it.
  const owner = new Int32Array(view.length).fill(-1);
  const entry = new Int32Array(view.length).fill(-1);
  const caller = new Int32Array(view.length).fill(-1);
  for (let row = 0; row < view.length; row++) {
    const func = view.function[row];
    const above = view.prefix[row];
    if (functions.kind[func] === Kind.Python) {
      const line = profile.frames!.line[view.frame[row]];
      owner[row] = index.get(place(functions.file[func], line)) ?? -1;
      const by = above < 0 ? -1 : view.function[above];
      caller[row] = by >= 0 && functions.kind[by] !== Kind.Python ? by : -1;
    } else if (above >= 0) {
      owner[row] = owner[above];
      caller[row] = caller[above];
      entry[row] = entry[above] >= 0 ? entry[above] : func;
    }
    const weight = view.weight[row];
    if (owner[row] >= 0 && weight > 0) {
      const finding = findings[owner[row]];
      finding.byCategory[view.category[row]] += weight;
      if (functions.category[entry[row]] !== PYTHON) {
        // What the interpreter does for bytecode is the line itself.
        add(finding.called, entry[row], weight);
      }
      add(finding.callers, caller[row], weight);
    }
  }
  const { samples } = profile;
  for (let i = 0; i < (samples?.length ?? 0); i++) {
    const row = view.rowOf(i);
    if (row >= 0 && owner[row] >= 0) {
      const finding = findings[owner[row]];
      finding.threads.add(samples!.thread[i]);
      const task = samples!.task?.[i] ?? -1;
      if (task >= 0) {
        finding.tasks.add(task);
      }
    }
  }
  return findings;
}

function inWords(
  view: IStackView,
  finding: IFindings,
  self: number,
  trans: ITranslation
): string {
  const { profile } = view;
  const words: string[] = [];
  const called = largest(finding.called, self * 0.2);
  if (called) {
    const label = functionLabel(profile, called.func);
    const much =
      called.cost > 0.5 * self ? '' : ` ${formatShare(called.cost, self)}`;
    words.push(label + much);
  }
  const by = largest(finding.callers, self * 0.5);
  if (by) {
    words.push(trans.__('called from %1', functionLabel(profile, by.func)));
  }
  if (finding.threads.size > 1) {
    words.push(trans.__('%1 threads', finding.threads.size));
  }
  if (finding.tasks.size > 1) {
    words.push(trans.__('%1 tasks', finding.tasks.size));
  }
  return words.join(', ');
}

function add(
  costs: Map<FunctionIndex, number>,
  func: FunctionIndex,
  cost: number
): void {
  if (func >= 0) {
    costs.set(func, (costs.get(func) ?? 0) + cost);
  }
}

function largest(
  costs: Map<FunctionIndex, number>,
  least: number
): { func: FunctionIndex; cost: number } | null {
  let best: { func: FunctionIndex; cost: number } | null = null;
  for (const [func, cost] of costs) {
    if (cost >= least && cost > (best?.cost ?? 0)) {
      best = { func, cost };
    }
  }
  return best;
}
