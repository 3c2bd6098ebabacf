/** What counting engines add to a file's lines: the calls below them, jumps, branches, all values. */
import type { IDefinition } from '../../analysis/definitions';
import { countsRuns, hasExactLines } from '../../analysis/exactLines';
import {
  branchesIn,
  callsFrom,
  jumpsIn,
  valuesIn,
  type ILineBranch,
  type ILineCall,
  type ILineJump
} from '../../analysis/lineDetails';
import { placeJumps, type IPlacedJump } from '../../layout/jumps';
import type { IViewContext } from '../view';
import { LANES } from './arrows';
import { blank, isLine, type ISourceLine } from './line';

/** Calls that are listed below a line one by one; what is left is added up. */
const LISTED = 8;
/** Arrows that are drawn, of the jumps taken most often. */
const DRAWN = 300;

/** What is known of the lines of a file beside their costs. */
export interface IExactSheet {
  /** The value counts how often lines ran: no line has a share in it. */
  readonly runs: boolean;
  readonly calls: ReadonlyMap<number, readonly ILineCall[]>;
  readonly branches: ReadonlyMap<number, readonly ILineBranch[]>;
  readonly jumps: readonly ILineJump[];
  /** Functions of which no line was counted. */
  readonly begins: readonly IDefinition[];
  /** The own cost of each line, in each of the profile's values. */
  readonly values: ReadonlyMap<number, Float64Array>;
}

/** The same for a file; null where its lines were not counted. */
export function exactSheetOf(
  { data, profile, state }: IViewContext,
  file: number
): IExactSheet | null {
  const { value } = state.value;
  return hasExactLines(profile)
    ? {
        runs: countsRuns(profile, value),
        calls: callsFrom(profile, file, value),
        branches: branchesIn(profile, file),
        jumps: jumpsIn(profile, file),
        begins: data.definitions.get(file) ?? [],
        values: valuesIn(profile, file)
      }
    : null;
}

/**
 * The lines with what stands below them: functions that begin there, and the
 * calls that they make.
 *
 * @param lists Whether calls are listed.
 */
export function withBelow(
  lines: readonly ISourceLine[],
  { begins, calls }: IExactSheet,
  lists: boolean
): ISourceLine[] {
  return lines.flatMap(line => {
    const begun = begins.filter(begin => begin.line === line.number);
    const below = (lists && calls.get(line.number)) || [];
    const listed = below.length > LISTED + 1 ? LISTED : below.length;
    const rest = below.slice(listed);
    return [
      line,
      ...begun.map(begins => ({ ...blank(line.number, -1), begins })),
      ...below.slice(0, listed).map(call => callRow(line, [call])),
      ...(rest.length > 0 ? [callRow(line, rest)] : [])
    ];
  });
}

/** The arrows between the rows in which lines are shown. */
export function arrowsOf(
  lines: readonly ISourceLine[],
  jumps: readonly ILineJump[]
): IPlacedJump[] {
  const rowOf = new Map<number, number>();
  lines.forEach((line, row) => {
    if (isLine(line)) {
      rowOf.set(line.number, row);
    }
  });
  const shown = jumps.filter(
    ({ from, to }) => rowOf.has(from) && rowOf.has(to)
  );
  return placeJumps(
    shown
      .slice(0, DRAWN)
      .map(({ from, to }) => ({ from: rowOf.get(from)!, to: rowOf.get(to)! })),
    LANES
  );
}

/** A row below a line: one callee, or several added up. */
function callRow(
  { number }: ISourceLine,
  calls: readonly ILineCall[]
): ISourceLine {
  return { ...blank(number, -1), calls };
}
