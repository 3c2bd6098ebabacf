/** Source lines of engines that count: what the profile says of each, no estimate. */
import { CATEGORIES } from '../format/types';
import { Kind, type IProfile } from '../model/profile';
import { stronglyConnected } from './components';
import { cellLines, type ILineRows, type Language } from './lines';
import { PairTable } from './pairs';

/** The value that counts how often lines ran: no cost, so no line has a share in it. */
const EXECUTIONS = 'executions';
/** Of a line whose function is not known: its source is at hand, so it is nobody's system. */
const OWN = CATEGORIES.indexOf('extension');

/** Whether a value counts how often each line ran. */
export function countsRuns({ values }: IProfile, value: number): boolean {
  return values[value]?.name === EXECUTIONS;
}

/** Whether every event of a value was recorded. */
export function countsExactly(
  { meta, values }: IProfile,
  value: number
): boolean {
  return meta.kind === 'exact' || values[value]?.exact === true;
}

/** Whether the lines of a profile are counted; else they are those of its stacks. */
export function hasExactLines({ lines, stacks, samples }: IProfile): boolean {
  return (lines?.length ?? 0) > 0 && !(stacks?.length && samples?.length);
}

/**
 * A row for each source line with code in a language, all functions that it
 * belongs to added up. What it costs with its calls leaves out those within a
 * cycle, which the line that enters the cycle has. Where one of its functions
 * runs below another, a sum would count it twice: that line costs `atLeast`
 * what it does in one of them. `byCategory` has the own costs only: how that
 * of callees is split was not recorded.
 */
export function exactLineRows(
  profile: IProfile,
  value: number,
  language: Language
): ILineRows {
  const { functions, strings } = profile;
  const { places, parts, self, called, callees } = partsOf(
    profile,
    value,
    language
  );
  const { length, first, second } = places;
  const own = new Float64Array(length);
  const sum = new Float64Array(length);
  const least = new Float64Array(length);
  const functionOf = new Int32Array(length).fill(-1);
  const dearest = new Float64Array(length).fill(-1);
  const shared = new Int32Array(length);
  for (let part = 0; part < parts.length; part++) {
    const at = parts.first[part];
    const all = self[part] + called[part];
    own[at] += self[part];
    sum[at] += all;
    least[at] = Math.max(least[at], all);
    shared[at]++;
    if (all > dearest[at]) {
      dearest[at] = all;
      functionOf[at] = parts.second[part];
    }
  }
  const reaches = reachability(profile);
  const nested = Uint8Array.from(own, (_, at) =>
    shared[at] > 1 &&
    callees[at] &&
    reaches(callees[at], func => parts.find(at, func) >= 0)
      ? 1
      : 0
  );
  const inclusive = sum.map((cost, at) =>
    nested[at] ? Math.max(least[at], own[at]) : cost
  );
  const order = Array.from(own.keys()).sort(
    (a, b) => own[b] - own[a] || inclusive[b] - inclusive[a] || a - b
  );
  const byCategory = new Float64Array(length * CATEGORIES.length);
  order.forEach((at, row) => {
    const func = functionOf[at];
    const category = func < 0 ? OWN : functions.category[func];
    byCategory[row * CATEGORIES.length + category] = own[at];
  });
  const texts = cellLines(profile);
  return {
    length,
    function: Int32Array.from(order, at => functionOf[at]),
    file: Int32Array.from(order, at => first[at]),
    line: Int32Array.from(order, at => second[at]),
    text: order.map(
      at => texts.get(strings[first[at]])?.[second[at] - 1] ?? null
    ),
    self: Float64Array.from(order, at => own[at]),
    inclusive: Float64Array.from(order, at => inclusive[at]),
    atLeast: Uint8Array.from(order, at => nested[at]),
    measured: null,
    byCategory
  };
}

/** The costs of each line in each of its functions. */
interface ILineParts {
  /** Pairs of a file and a line. */
  readonly places: PairTable;
  /** Pairs of a place and a function. */
  readonly parts: PairTable;
  readonly self: number[];
  /** Of calls that leave the cycle of their caller. */
  readonly called: number[];
  /** Whom these calls call, by place. */
  readonly callees: number[][];
}

function partsOf(
  profile: IProfile,
  value: number,
  language: Language
): ILineParts {
  const { callSites, functions, lines } = profile;
  const places = new PairTable(lines?.length);
  const parts = new PairTable(lines?.length);
  const self: number[] = [];
  const called: number[] = [];
  const callees: number[][] = [];
  // What belongs to no function that is known is native: gcov counts it.
  const isOurs = (func: number): boolean =>
    (functions.kind[func] === Kind.Python) === (language === 'python');
  const part = (func: number, file: number, line: number): number => {
    if (file < 0 || line <= 0 || !isOurs(func)) {
      return -1;
    }
    const at = parts.add(places.add(file, line), func);
    self[at] ??= 0;
    called[at] ??= 0;
    return at;
  };
  const costs = lines?.values[value];
  for (let row = 0; lines && row < lines.length; row++) {
    const at = part(lines.function[row], lines.file[row], lines.line[row]);
    if (at >= 0) {
      self[at] += costs?.[row] ?? 0;
    }
  }
  const within = withinCycle(profile);
  const passed = callSites?.values[value];
  for (let row = 0; callSites && row < callSites.length; row++) {
    const { caller, callee, file, line } = callSites;
    const at = part(caller[row], file[row], line[row]);
    if (at >= 0 && !within(caller[row], callee[row])) {
      called[at] += passed?.[row] ?? 0;
      (callees[parts.first[at]] ??= []).push(callee[row]);
    }
  }
  return { places, parts, self, called, callees };
}

/** Functions that are looked at: beyond, what is looked for counts as found. */
const MOST_STEPS = 20_000;

/** Tests whether some functions are, or lead by calls to, one that `is` looked for. */
function reachability({
  callSites,
  functions
}: IProfile): (
  from: readonly number[],
  is: (func: number) => boolean
) => boolean {
  const next = new Map<number, Set<number>>();
  callSites?.caller.forEach((caller, row) => {
    const known = next.get(caller) ?? new Set();
    next.set(caller, known.add(callSites.callee[row]));
  });
  const seen = new Int32Array(functions.length).fill(-1);
  let turn = 0;
  return (from, is) => {
    turn++;
    const waiting = [...from];
    for (let step = 0; waiting.length > 0; step++) {
      const func = waiting.pop()!;
      if (seen[func] === turn) {
        continue;
      }
      if (step > MOST_STEPS || is(func)) {
        return true;
      }
      seen[func] = turn;
      waiting.push(...(next.get(func) ?? []));
    }
    return false;
  };
}

/** Tests whether a call stays within a cycle of functions; one that calls itself is one. */
export function withinCycle({
  callSites,
  functions
}: IProfile): (caller: number, callee: number) => boolean {
  const known = (func: number): boolean => func >= 0 && func < functions.length;
  const rows = Array.from(callSites?.caller.keys() ?? []).filter(
    row => known(callSites!.caller[row]) && known(callSites!.callee[row])
  );
  const { of } = stronglyConnected(
    functions.length,
    Int32Array.from(rows, row => callSites!.caller[row]),
    Int32Array.from(rows, row => callSites!.callee[row])
  );
  return (caller, callee) => of[caller] === of[callee];
}
