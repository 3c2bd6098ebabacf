import type { FunctionIndex, IFrameTable, IProfile } from '../model/profile';

/** How a function stands in the stacks: by itself, now and then inlined, always. */
export type Inlining = 'never' | 'sometimes' | 'always';

const known = new WeakMap<IFrameTable, Inlining[]>();

/** Whether the compiler put a function into its callers. */
export function inliningOf(profile: IProfile, func: FunctionIndex): Inlining {
  const { frames } = profile;
  if (!frames?.inlined) {
    return 'never';
  }
  let all = known.get(frames);
  if (!all) {
    all = ofFunctions(frames, frames.inlined);
    known.set(frames, all);
  }
  return all[func] ?? 'never';
}

function ofFunctions(frames: IFrameTable, inlined: Uint8Array): Inlining[] {
  const found: Inlining[] = [];
  for (let frame = 0; frame < frames.length; frame++) {
    const func = frames.function[frame];
    const here = inlined[frame] ? 'always' : 'never';
    const before = found[func] ?? here;
    found[func] = before === here ? here : 'sometimes';
  }
  return found;
}
