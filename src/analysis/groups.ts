import type { IProfile } from '../model/profile';
import { moduleKey } from './names';

/** What a node of a graph stands for. */
export type Group = 'function' | 'module';

/** For each function the number of its group: itself, or its module. */
export function groupKeys(
  profile: IProfile,
  group: Group
): { key: Int32Array; keys: number } {
  const { length } = profile.functions;
  const key = new Int32Array(length);
  if (group === 'function') {
    return { key: key.map((_, func) => func), keys: length };
  }
  const numbers = new Map<number, number>();
  for (let func = 0; func < length; func++) {
    const module = moduleKey(profile, func);
    const number = numbers.get(module) ?? numbers.size;
    numbers.set(module, number);
    key[func] = number;
  }
  return { key, keys: numbers.size };
}
