import type { IProfile } from '../model/profile';
import { fileKey, moduleKey } from './names';

/** What a node of a graph or a group of a table stands for. */
export type Group = 'function' | 'module' | 'file';

/** For each function the number of its group: itself, its module or its file. */
export function groupKeys(
  profile: IProfile,
  group: Group
): { key: Int32Array; keys: number } {
  const { length } = profile.functions;
  const key = new Int32Array(length);
  if (group === 'function') {
    return { key: key.map((_, func) => func), keys: length };
  }
  const keyOf = group === 'module' ? moduleKey : fileKey;
  const numbers = new Map<number, number>();
  for (let func = 0; func < length; func++) {
    const of = keyOf(profile, func);
    const number = numbers.get(of) ?? numbers.size;
    numbers.set(of, number);
    key[func] = number;
  }
  return { key, keys: numbers.size };
}
