/** What the frames of a flame graph are called, and whose they are. */
import type { Merge } from '../../analysis/callTree';
import type { ICallTree } from '../../analysis/tree';
import { cellLines } from '../../analysis/lines';
import {
  functionLabel,
  moduleKey,
  moduleLabel,
  placeLabel
} from '../../analysis/names';
import {
  Kind,
  type FunctionIndex,
  type IProfile,
  type IFunctionTable
} from '../../model/profile';
import type { ILinePlace } from '../state';

/** A name, and where it belongs; empty where the name says it. */
export type FrameName = readonly [name: string, place: string];

const NO_LINES = new Map<string, string[]>();

/** The names of nodes that are merged in one way, each made once. */
export class FrameNames {
  constructor(profile: IProfile, merge: Merge) {
    this._profile = profile;
    this.merge = merge;
    this._cells = merge === 'line' ? cellLines(profile) : NO_LINES;
  }

  readonly merge: Merge;

  of(tree: ICallTree, node: number): FrameName {
    const key = tree.key[node];
    let name = this._names.get(key);
    if (!name) {
      const [label, place] = this._make(tree.func[node], tree.line[node]);
      name = [label, place === label ? '' : place];
      this._names.set(key, name);
    }
    return name;
  }

  /** Whether a node is of a function: its line, or its module, as they are merged. */
  isOf(tree: ICallTree, node: number, func: FunctionIndex): boolean {
    return this.merge === 'module'
      ? func >= 0 && tree.key[node] === this._moduleOf(func)
      : tree.func[node] === func;
  }

  private _make(func: FunctionIndex, line: number): FrameName {
    const profile = this._profile;
    const { functions, strings } = profile;
    if (this.merge === 'module') {
      return [moduleLabel(profile, func), ''];
    }
    const label = functionLabel(profile, func);
    const python = functions.kind[func] === Kind.Python;
    if (this.merge === 'line' && line > 0) {
      const source = this._cells.get(strings[functions.file[func]]);
      const text = (python && source?.[line - 1]?.trim()) || '';
      const place = placeLabel(profile, func, line);
      if (!text) {
        return [`${label}:${line}`, place];
      }
      return [text, place.startsWith(label) ? place : `${label} ${place}`];
    }
    return [
      label,
      python ? placeLabel(profile, func) : moduleLabel(profile, func)
    ];
  }

  private _moduleOf(func: FunctionIndex): number {
    let key = this._modules.get(func);
    if (key === undefined) {
      key = moduleKey(this._profile, func);
      this._modules.set(func, key);
    }
    return key;
  }

  private readonly _profile: IProfile;
  private readonly _cells: ReadonlyMap<string, readonly string[]>;
  private readonly _names = new Map<number, FrameName>();
  private readonly _modules = new Map<FunctionIndex, number>();
}

/** The line that a node stands for; null where nodes are not lines. */
export function lineOf(
  { functions }: { readonly functions: IFunctionTable },
  tree: ICallTree,
  node: number
): ILinePlace | null {
  const func = tree.func[node];
  const line = tree.line[node];
  const python = functions.kind[func] === Kind.Python;
  const file = (python ? functions.file : functions.source)?.[func] ?? -1;
  return line > 0 && file >= 0 ? { func, file, line } : null;
}
