/** Which functions an engine cannot see: that they cost nothing there says nothing. */
import { Kind, type FunctionIndex, type IProfile } from '../../model/profile';
import type { IMatched } from './functions';

/** What engines see or do not: Python, C functions called from it, other native code, the kernel. */
type Class = 'python' | 'called' | 'native' | 'kernel';

/**
 * For each profile which rows its engine cannot see (1), null: it sees all. An
 * engine is taken to see a class of functions if there is one in its profile.
 * Among runs of one engine what is missing did not run.
 */
export function unseenRows(
  profiles: readonly IProfile[],
  { func, length }: Pick<IMatched, 'func' | 'length'>
): readonly (Uint8Array | null)[] {
  const engines = new Set(profiles.map(({ meta }) => meta.engine));
  if (engines.size < 2) {
    return profiles.map(() => null);
  }
  const seen = profiles.map(profile => {
    const all = profile.functions.kind.keys();
    return new Set(Array.from(all, index => classOf(profile, index)));
  });
  const classes = Array.from({ length }, (_, row) => {
    const at = func.findIndex(of => of[row] >= 0);
    return classOf(profiles[at], func[at][row]);
  });
  return seen.map((sees, at) =>
    Uint8Array.from(classes, (kind, row) =>
      sees.has(kind) || func[at][row] >= 0 ? 0 : 1
    )
  );
}

function classOf({ functions }: IProfile, func: FunctionIndex): Class {
  switch (functions.kind[func]) {
    case Kind.Python:
      return 'python';
    case Kind.Kernel:
      return 'kernel';
    default:
      return functions.entry[func] >= 0 ? 'called' : 'native';
  }
}
