/** The profiles that a viewer's own is compared with: found again, and read. */
import { timeLabel } from '../../analysis/compare/labels';
import type { IProfile } from '../../model/profile';
import type { ICandidate, IViewerEnv } from '../env';
import { keyOf, profileKey } from '../profileKey';
import type { Reader } from '../reader';
import type { IRunRef } from './choice';

/** Reads profiles when they are asked for; what was read stays. */
export class Others {
  /** @param read The profiles by their keys: those that were read are put there. */
  constructor(
    private readonly _env: IViewerEnv,
    private readonly _reader: Reader,
    private readonly _read: Map<string, IProfile>
  ) {}

  /** Whether one was read. */
  has({ key }: IRunRef): boolean {
    return this._read.has(key);
  }

  /** Whether one was looked for in vain. */
  isLost({ key }: IRunRef): boolean {
    return this._lost.has(key) && !this._read.has(key);
  }

  /** Whether one is where whoever opens a link finds it: in the notebook, or on the page. */
  isInPlace({ key }: IRunRef): boolean {
    return this._candidates.some(
      ({ group, message }) => group !== 'earlier' && keyOf(message) === key
    );
  }

  /** Takes a profile that was read; what finds it again. */
  take(profile: IProfile, file = ''): IRunRef {
    const { meta } = profile;
    const key = profileKey(meta);
    this._read.set(key, profile);
    const label = [meta.name, meta.engine, timeLabel(meta.started)];
    return { key, label: label.filter(Boolean).join(' '), file };
  }

  /** Reads a message and keeps it, so that it can be found again. Throws FormatError. */
  async add(message: unknown, file = ''): Promise<IRunRef> {
    const key = keyOf(message);
    const profile =
      this._read.get(key) ?? (await this._reader.read(message, key));
    void this._env.runs?.write(key, message);
    return this.take(profile, file);
  }

  /** Reads those that were not yet, as far as they are to be found; null: there is none. */
  load(runs: readonly IRunRef[]): Promise<void> | null {
    const open = runs.filter(run => !this.has(run) && !this.isLost(run));
    return open.length > 0 ? this._load(open) : null;
  }

  private async _load(runs: readonly IRunRef[]): Promise<void> {
    for (const { key } of runs) {
      try {
        const message = await this._find(key);
        if (message) {
          this._read.set(key, await this._reader.read(message, key));
          continue;
        }
      } catch {
        // What cannot be read is as good as lost.
      }
      this._lost.add(key);
    }
  }

  /** Where it was shown last, or what was kept of it. */
  private async _find(key: string): Promise<unknown> {
    const candidate = this._candidates.find(
      ({ message }) => keyOf(message) === key
    );
    return candidate?.message ?? (await this._env.runs?.read(key));
  }

  private get _candidates(): readonly ICandidate[] {
    return this._env.comparable?.() ?? [];
  }

  private readonly _lost = new Set<string>();
}
