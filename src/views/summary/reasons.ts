/** The causes of a line's cost in words, each with the view that shows it. */
import { CATEGORIES, type CategoryName } from '../../format/types';
import type { Cause } from '../../analysis/causeRules';
import type { IReasonedLine } from '../../analysis/lineReasons';
import type { ICauseCost } from '../../analysis/lineTally';
import { functionLabel, moduleLabel, placeLabel } from '../../analysis/names';
import { formatShare, formatValue } from '../../analysis/units';
import type { IViewState } from '../state';
import type { IViewContext } from '../view';
import { CAUSE_WORDS } from './causeWords';

/** The part of a line's cost, waiting for a CPU left out, from which a cause is named. */
const NAMED = 0.2;
/** A function is named that has this part of the cause. */
const MOSTLY = 0.5;
/** Of Python's own steps only one that is nearly all is worth a name. */
const STEP = 0.8;
/** A cause with this part of the cost needs no share. */
const NEARLY_ALL = 0.95;

/** Why a line cost what it did. */
export interface IReason {
  readonly cause: Cause;
  readonly text: string;
  /** What helps against it; empty where nothing general does. */
  readonly advice: string;
  /** The view that shows it, and what is to be chosen there. */
  readonly view: string;
  readonly proof: Partial<IViewState>;
}

/** The causes of a line that are worth a word, the largest first. */
export function reasonsOf(
  context: IViewContext,
  line: IReasonedLine
): IReason[] {
  // How busy the machine was must not hide what the line did.
  const queued = line.causes.find(({ cause }) => cause === 'queued');
  const busy = line.cost - (queued?.cost ?? 0);
  const told = line.causes.filter(
    (found, i) =>
      i === 0 || found.cost >= NAMED * (found === queued ? line.cost : busy)
  );
  const reasons = told.slice(0, 3).map(cause => reasonOf(context, line, cause));
  const gil = gilOfOthers(context, line);
  return gil ? [...reasons, gil] : reasons;
}

/** Who called the line, for what, on how many threads or tasks; empty: nothing to say. */
export function circumstances(
  { profile, trans }: IViewContext,
  line: IReasonedLine
): string {
  const words: string[] = [];
  if (line.callerCost >= MOSTLY * line.cost) {
    words.push(trans.__('called from %1', functionLabel(profile, line.caller)));
  }
  if (line.cell) {
    const { file, line: number } = line.cell;
    words.push(trans.__('for %1 line %2', profile.strings[file], number));
  }
  if (line.library) {
    const { func, line: number } = line.library;
    words.push(trans.__('mostly at %1', placeLabel(profile, func, number)));
  }
  if (line.threads > 1) {
    words.push(trans.__('%1 threads', line.threads));
  }
  if (line.tasks > 1) {
    words.push(trans.__('%1 tasks', line.tasks));
  }
  return words.join(', ');
}

function reasonOf(
  context: IViewContext,
  line: IReasonedLine,
  found: ICauseCost
): IReason {
  const { trans, profile } = context;
  const words = CAUSE_WORDS[found.cause];
  const python = found.cause === 'python';
  // Other engines do not see the interpreter's own C functions.
  const mixed = python && profile.meta.engine !== 'perf';
  const said = mixed
    ? trans.__('Python and its built-in functions')
    : python && line.inLoop
      ? loopInWords(context, found)
      : inWords(context, found);
  const share =
    found.cost < NEARLY_ALL * line.cost
      ? ` ${formatShare(found.cost, line.cost)}`
      : '';
  return {
    cause: found.cause,
    text: said + share,
    advice: mixed || !words.advice ? '' : trans.__(words.advice),
    ...proofOf(context, line, found)
  };
}

function loopInWords(
  { profile, trans }: IViewContext,
  found: ICauseCost
): string {
  return isNamed(found)
    ? trans.__(
        'pure Python loop, mostly %1',
        functionLabel(profile, found.func)
      )
    : trans.__('pure Python loop');
}

function inWords({ profile, trans }: IViewContext, found: ICauseCost): string {
  const words = CAUSE_WORDS[found.cause];
  if (!words.named || !isNamed(found)) {
    return trans.__(words.plain);
  }
  const name = functionLabel(profile, found.func);
  const module = moduleLabel(profile, found.func);
  if (found.cause === 'library') {
    return trans.__(words.named, module.split('.')[0]);
  }
  return found.cause === 'extension' && !name.startsWith(module)
    ? trans.__('%1 in %2', trans.__(words.named, name), module)
    : trans.__(words.named, name);
}

/** Whether one function stands for most of a cause. */
function isNamed({ cause, func, funcShare }: ICauseCost): boolean {
  return (
    !!CAUSE_WORDS[cause].named &&
    func >= 0 &&
    funcShare >= (cause === 'python' ? STEP : MOSTLY)
  );
}

/** Threads that wait for the GIL do so beside the cell's own: their time is not in the cost. */
function gilOfOthers(
  context: IViewContext,
  line: IReasonedLine
): IReason | null {
  const { trans } = context;
  if (line.othersGil < NAMED * (line.cost + line.othersGil)) {
    return null;
  }
  const { advice } = CAUSE_WORDS.gil;
  return {
    cause: 'gil',
    text: trans.__(
      'beside it threads waited %1 for the GIL',
      formatValue(line.othersGil, 'ns')
    ),
    advice: trans.__(advice),
    view: 'timeline',
    proof: { tab: 'timeline', ...atLine(line) }
  };
}

function atLine({ func, file, line }: IReasonedLine): Partial<IViewState> {
  return { selection: func, line: { func, file, line } };
}

/** The categories in which a cause is time off the CPU. */
const WAITS: Readonly<Partial<Record<Cause, CategoryName>>> = {
  io: 'io',
  lock: 'lock',
  gil: 'gil',
  sleep: 'sleep',
  queued: 'queued',
  waiting: 'waiting'
};

function proofOf(
  context: IViewContext,
  line: IReasonedLine,
  found: ICauseCost
): Pick<IReason, 'view' | 'proof'> {
  const { profile } = context;
  const waits = WAITS[found.cause];
  const waited = waits ? line.byCategory[CATEGORIES.indexOf(waits)] : 0;
  if (waited > found.cost / 2) {
    const value = profile.values.findIndex(({ name }) => name === 'wall');
    const lane = { kind: 'thread', row: found.thread } as const;
    return {
      view: 'timeline',
      proof: {
        tab: 'timeline',
        ...atLine(line),
        ...(value >= 0 ? { value } : {}),
        ...(found.thread >= 0 && (profile.threads?.length ?? 0) > 1
          ? { lane }
          : {}),
        zoom: []
      }
    };
  }
  const faults = profile.values.findIndex(({ name }) => name === 'page-faults');
  if (found.cause === 'faults' && faults >= 0) {
    return {
      view: 'source',
      proof: { tab: 'source', ...atLine(line), value: faults, zoom: [] }
    };
  }
  if (found.cause === 'python' || found.func < 0) {
    return { view: 'source', proof: { tab: 'source', ...atLine(line) } };
  }
  return {
    view: 'flame',
    proof: { tab: 'flame', selection: found.func, line: null, zoom: [] }
  };
}
