/** Computed tables on their way between a worker and the page. */
import { reviveView, type IPlainView } from '../analysis/filter';
import type { IProfile } from '../model/profile';
import type { IKept } from './derived';

/** A computed table, with nothing in it that cannot be copied. */
export interface IParcel extends IKept {
  /** True: `value` is an `IPlainView`. */
  readonly isView: boolean;
}

/** Tables ready to be sent; those that are functions stay behind. */
export function pack(kept: readonly IKept[]): IParcel[] {
  const parcels: IParcel[] = [];
  for (const { name, key, value } of kept) {
    const isView = isViewOf(value);
    if (isView) {
      const plain = { ...value, profile: null, rowOf: null };
      parcels.push({ name, key, value: plain, isView });
    } else if (!hasFunction(value)) {
      parcels.push({ name, key, value, isView });
    }
  }
  return parcels;
}

/** The tables as they were. */
export function unpack(
  parcels: readonly IParcel[],
  profile: IProfile
): IKept[] {
  return parcels.map(({ name, key, value, isView }) => ({
    name,
    key,
    value: isView ? reviveView(profile, value as IPlainView) : value
  }));
}

/** All buffers of the typed arrays in some data, each once. */
export function buffersIn(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const look = (part: unknown): void => {
    if (ArrayBuffer.isView(part)) {
      found.add(part.buffer);
    } else if (typeof part === 'object' && part !== null) {
      // Long lists of words hold no buffers.
      if (!(Array.isArray(part) && typeof part[0] === 'string')) {
        Object.values(part).forEach(look);
      }
    }
  };
  look(value);
  return [...found];
}

interface IViewLike {
  readonly profile: unknown;
  readonly rowOf: unknown;
}

function isViewOf(value: unknown): value is IViewLike {
  return typeof value === 'object' && value !== null && 'rowOf' in value;
}

function hasFunction(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some(part => typeof part === 'function')
  );
}
