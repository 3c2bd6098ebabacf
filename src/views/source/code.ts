/** Machine code joined with what its instructions cost: all that the pane draws. */
import { countsExactly } from '../../analysis/exactLines';
import {
  countedIn,
  keptText,
  stretchesOf,
  type ICounted,
  type IStretch
} from '../../analysis/machineCode';
import { functionLabel, moduleLabel } from '../../analysis/names';
import { formatShare } from '../../analysis/units';
import { Kind, type FunctionIndex } from '../../model/profile';
import type { IDisassembly } from '../../model/sources';
import type { IViewContext } from '../view';

/** Where less of a function's cost is at its instructions, that is said. */
const NEARLY_ALL = 0.99;

/** A line of the source. */
export interface ICodePlace {
  /** A path. */
  readonly file: string;
  readonly line: number;
}

/** A row of the pane. */
export interface ICodeLine {
  /** In bytes from the start of its stretch; -1: a title. */
  readonly offset: number;
  readonly mnemonic: string;
  readonly operands: string;
  readonly cost: number;
  /** Place of the row that it jumps to; -1: none. */
  readonly target: number;
  /** Where it was written, then into what that was inlined; empty: not known. */
  readonly places: readonly ICodePlace[];
  readonly inlined: string;
  /** What an engine that counts tells of it; null: nothing. */
  readonly counted: ICounted | null;
}

/** The machine code of a function as it is shown. */
export interface ICodeSheet {
  readonly func: FunctionIndex;
  readonly lines: readonly ICodeLine[];
  /** What the function cost itself, in all its code. */
  readonly cost: number;
  /** The most that an instruction cost. */
  readonly most: number;
  /** What the reader should know; empty: nothing. */
  readonly note: string;
  /** The costs were counted, not sampled. */
  readonly exact: boolean;
}

/** Why nothing is known of a function's machine code. */
export function whyNoCode(
  { profile, trans }: IViewContext,
  func: FunctionIndex
): string {
  const name = functionLabel(profile, func);
  const { functions, meta } = profile;
  if (functions.kind[func] === Kind.Kernel) {
    return trans.__(
      '%1 is a function of the kernel, whose machine code is not read.',
      name
    );
  }
  if (!profile.code?.length && meta.kind === 'exact') {
    return trans.__(
      'This profile (%1) has no addresses; Callgrind counts by instruction with --asm in a cell, or with --dump-instr=yes.',
      meta.engine
    );
  }
  if (!profile.code) {
    return trans.__(
      'This profile does not tell at which instructions its samples were taken; those of the perf engine do (this one: %1).',
      meta.engine
    );
  }
  if (meta.kind === 'exact') {
    return trans.__(
      'The instructions of %1 were not kept: it cost less than 0.5 % itself, or its library (%2) is not at hand, was changed since, or has no build-id.',
      name,
      moduleLabel(profile, func)
    );
  }
  return trans.__(
    'The instructions of %1 were not kept: less than 0.5 % was measured in it itself, or its library (%2) has no build-id, or it was made at run time.',
    name,
    moduleLabel(profile, func)
  );
}

/** The machine code of a profile's functions, each stretch asked for once. */
export class Codes {
  constructor(context: IViewContext) {
    this._context = context;
  }

  /** A function's code, as far as it can be had; never rejects. */
  async load(func: FunctionIndex): Promise<ICodeSheet> {
    const { profile, state, trans } = this._context;
    const stretches = stretchesOf(profile, func, state.value.value);
    const notes = new Set<string>();
    const found = await Promise.all(
      stretches.map(({ row }) =>
        this._read(row).catch((error: unknown) => {
          notes.add(error instanceof Error ? error.message : String(error));
          return null;
        })
      )
    );
    const lines: ICodeLine[] = [];
    stretches.forEach((stretch, at) => {
      if (stretches.length > 1) {
        lines.push(this._title(stretch));
      }
      const counted = countedIn(profile, stretch.row, state.value.value);
      lines.push(...join(stretch, counted, found[at], lines.length));
      if (found[at]?.note) {
        notes.add(found[at].note);
      }
    });
    const cost = stretches.reduce((sum, { cost }) => sum + cost, 0);
    const shown = lines.reduce((sum, line) => sum + line.cost, 0);
    const exact = countsExactly(profile, state.value.value);
    if (shown < NEARLY_ALL * cost) {
      const lost = formatShare(cost - shown, cost);
      notes.add(
        exact
          ? trans.__(
              '%1 of its cost was counted at addresses where no instruction begins.',
              lost
            )
          : trans.__(
              '%1 of its cost was sampled at addresses where no instruction begins.',
              lost
            )
      );
    }
    return {
      func,
      lines,
      cost,
      most: lines.reduce((most, { cost }) => Math.max(most, cost), 0),
      note: [...notes].join(' '),
      exact
    };
  }

  private _read(row: number): Promise<IDisassembly> {
    const { env, profile, trans } = this._context;
    const { code, functions, strings } = profile;
    const kept = keptText(profile, row);
    if (kept) {
      return Promise.resolve(kept);
    }
    const path = strings[functions.file[code!.function[row]]];
    if (profile.cells.some(({ name }) => name === path)) {
      return Promise.reject(
        new Error(
          trans.__(
            'The program that %1 was compiled to is gone, and the text of these instructions was not kept: it is of the functions that cost most, as far as there is room.',
            path
          )
        )
      );
    }
    if (!env.readCode) {
      return Promise.reject(
        new Error(
          trans.__(
            'A profile holds no machine code, and there is no Jupyter server here to read %1: open the profile in JupyterLab to see its instructions.',
            path
          )
        )
      );
    }
    const asked =
      this._asked.get(row) ??
      env.readCode({
        path,
        symbol: strings[code!.symbol[row]] ?? '',
        build: strings[code!.build[row]] ?? '',
        start: code!.start[row]
      });
    this._asked.set(row, asked);
    // What was missing is asked for anew.
    asked.catch(() => this._asked.delete(row));
    return asked;
  }

  private _title({ row }: IStretch): ICodeLine {
    const { code, functions, strings } = this._context.profile;
    const symbol = code!.symbol[row];
    const name = symbol < 0 ? functions.name[code!.function[row]] : symbol;
    return { ...BLANK, operands: strings[name] };
  }

  private readonly _context: IViewContext;
  private readonly _asked = new Map<number, Promise<IDisassembly>>();
}

const BLANK: ICodeLine = {
  offset: -1,
  mnemonic: '',
  operands: '',
  cost: 0,
  target: -1,
  places: [],
  inlined: '',
  counted: null
};

/**
 * The rows of a stretch; where its code could not be read, those of the
 * addresses that were sampled.
 *
 * @param first The place of its first row.
 */
function join(
  { byOffset }: IStretch,
  counted: ReadonlyMap<number, ICounted>,
  found: IDisassembly | null,
  first: number
): ICodeLine[] {
  if (!found) {
    return [...new Set([...byOffset.keys(), ...counted.keys()])]
      .sort((a, b) => a - b)
      .map(offset => ({
        ...BLANK,
        offset,
        cost: byOffset.get(offset) ?? 0,
        counted: counted.get(offset) ?? null
      }));
  }
  const placeOf = new Map(
    found.instructions.map(({ offset }, at) => [offset, first + at])
  );
  return found.instructions.map(
    ({ offset, mnemonic, operands, target, places, inlined }) => {
      const of = counted.get(offset) ?? null;
      return {
        offset,
        mnemonic,
        operands,
        cost: byOffset.get(offset) ?? 0,
        // Where an indirect jump leads only a count can tell.
        target:
          placeOf.get(target) ?? placeOf.get(of?.jumps[0]?.to ?? -1) ?? -1,
        places: places.map(([file, line]) => ({
          file: found.files[file] ?? '',
          line
        })),
        inlined,
        counted: of
      };
    }
  );
}
