import type { FunctionIndex, IProfile } from '../model/profile';
import { interpreterOf } from './interpreter';
import { fileKey, fileLabel, moduleKey, moduleLabel } from './names';

/**
 * What a node of a graph or a group of a table stands for; `interpreter`: a
 * part of CPython, and a module of all else.
 */
export type Group = 'function' | 'module' | 'file' | 'interpreter';

/** For each function the number of its group. */
export function groupKeys(
  profile: IProfile,
  group: Group
): { key: Int32Array; keys: number } {
  const { length } = profile.functions;
  const key = new Int32Array(length);
  if (group === 'function') {
    return { key: key.map((_, func) => func), keys: length };
  }
  const keyOf = KEYS[group];
  const numbers = new Map<number, number>();
  for (let func = 0; func < length; func++) {
    const of = keyOf(profile, func);
    const number = numbers.get(of) ?? numbers.size;
    numbers.set(of, number);
    key[func] = number;
  }
  return { key, keys: numbers.size };
}

/** What the group of a function is called. */
export function groupLabel(
  profile: IProfile,
  group: Exclude<Group, 'function'>,
  func: FunctionIndex
): string {
  if (group === 'file') {
    return fileLabel(profile, func);
  }
  const { part, labels } = interpreterOf(profile);
  return group === 'interpreter' && part[func] >= 0
    ? labels[part[func]]
    : moduleLabel(profile, func);
}

const KEYS = {
  module: moduleKey,
  file: fileKey,
  interpreter: (profile: IProfile, func: FunctionIndex): number => {
    const part = interpreterOf(profile).part[func];
    // Below all keys of modules and of what has none.
    return part >= 0 ? -2 - part : moduleKey(profile, func);
  }
};
