/** A row of the source view: a line, or what stands below one. */
import type { IDefinition } from '../../analysis/definitions';
import type { ILineCall } from '../../analysis/lineDetails';
import type { IToken } from './highlight';
import type { ISpan } from './paint';

/** A line as the view shows it, or what stands below one. */
export interface ISourceLine {
  /** From 1. */
  readonly number: number;
  /** Its row in the table of lines; -1: nothing was measured there. */
  readonly row: number;
  /** Null where the text of the file is not at hand. */
  readonly text: string | null;
  readonly tokens: readonly IToken[];
  readonly spans: readonly ISpan[];
  /** This row is of calls that the line `number` makes; empty: of none. */
  readonly calls: readonly ILineCall[];
  /** This row is of a function that begins in the line `number`; null: of none. */
  readonly begins: IDefinition | null;
}

/** A line without its text. */
export function blank(number: number, row: number): ISourceLine {
  return {
    number,
    row,
    text: null,
    tokens: [],
    spans: [],
    calls: [],
    begins: null
  };
}

/** Whether a row is a line itself, not one of what stands below it. */
export function isLine({ begins, calls }: ISourceLine): boolean {
  return calls.length === 0 && !begins;
}
