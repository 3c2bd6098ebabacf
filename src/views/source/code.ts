/** Machine code joined with what its instructions cost: all that the pane draws. */
import { stretchesOf, type IStretch } from '../../analysis/machineCode';
import { functionLabel, moduleLabel } from '../../analysis/names';
import { formatShare } from '../../analysis/units';
import { Kind, type FunctionIndex } from '../../model/profile';
import type { IDisassembly } from '../env';
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
  if (!profile.code) {
    return trans.__(
      'This profile does not tell at which instructions its samples were taken; those of the perf engine do (this one: %1).',
      meta.engine
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
      lines.push(...join(stretch, found[at], lines.length));
      if (found[at]?.note) {
        notes.add(found[at].note);
      }
    });
    const cost = stretches.reduce((sum, { cost }) => sum + cost, 0);
    const shown = lines.reduce((sum, line) => sum + line.cost, 0);
    if (shown < NEARLY_ALL * cost) {
      notes.add(
        trans.__(
          '%1 of its cost was sampled at addresses where no instruction begins.',
          formatShare(cost - shown, cost)
        )
      );
    }
    return {
      func,
      lines,
      cost,
      most: lines.reduce((most, { cost }) => Math.max(most, cost), 0),
      note: [...notes].join(' ')
    };
  }

  private _read(row: number): Promise<IDisassembly> {
    const { env, profile, trans } = this._context;
    const { code, functions, strings } = profile;
    const path = strings[functions.file[code!.function[row]]];
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
        build: strings[code!.build[row]],
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
  inlined: ''
};

/**
 * The rows of a stretch; where its code could not be read, those of the
 * addresses that were sampled.
 *
 * @param first The place of its first row.
 */
function join(
  { byOffset }: IStretch,
  found: IDisassembly | null,
  first: number
): ICodeLine[] {
  if (!found) {
    return [...byOffset]
      .sort(([a], [b]) => a - b)
      .map(([offset, cost]) => ({ ...BLANK, offset, cost }));
  }
  const placeOf = new Map(
    found.instructions.map(({ offset }, at) => [offset, first + at])
  );
  return found.instructions.map(
    ({ offset, mnemonic, operands, target, places, inlined }) => ({
      offset,
      mnemonic,
      operands,
      cost: byOffset.get(offset) ?? 0,
      target: placeOf.get(target) ?? -1,
      places: places.map(([file, line]) => ({
        file: found.files[file] ?? '',
        line
      })),
      inlined
    })
  );
}
