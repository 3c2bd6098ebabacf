/** The profile in a file, in a tab: read, read again, and one of its parts chosen. */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { isObject } from '../format/messages';
import { printable } from '../format/text';
import type { IFileChoice } from '../server/open';
import type { ITranslation, IViewerEnv } from '../views/env';
import { ProfileTab } from './tab';

/** Milliseconds before reading is said to go on, and between two times that it is. */
const PATIENCE = 300;

/** One of several dumps or snapshots in a file. */
export interface IPart {
  readonly name: string;
  readonly label: string;
}

/** What the tab needs. */
export interface IProfileFileOptions {
  readonly env: IViewerEnv;
  readonly trans: ITranslation;
  readonly choice: IFileChoice;
  /** The name of the file now. */
  name(): string;
  /** Reads the file; rejects with an error that may have a `remedy` and a `needs`. */
  read(choice: IFileChoice, signal: AbortSignal): Promise<unknown>;
}

/** Shows a file's profile; what it is read with can be chosen. */
export class ProfileFile extends ProfileTab {
  constructor(private readonly options: IProfileFileOptions) {
    super({ ...options.env, stop: () => this._stop() });
    this.addClass('np-ProfileFile');
    this._choice = options.choice;
  }

  /** How the file is read. */
  get choice(): IFileChoice {
    return this._choice;
  }

  /** Emitted when the choice, the parts or what is missing changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The parts of the file, none where it has just one. */
  get parts(): readonly IPart[] {
    return this._parts;
  }

  /** The name of the part that is shown, null for all. */
  get part(): string | null {
    return this._part;
  }

  /** Whether parts can be added up: dumps can, snapshots cannot. */
  get isSum(): boolean {
    return this._isSum;
  }

  /** The option of the file that is missing, empty if none is. */
  get needs(): string {
    return this._needs;
  }

  /** Reads the file in another way. */
  choose(choice: Partial<IFileChoice>): Promise<void> {
    this._choice = { ...this._choice, ...choice };
    this._changed.emit();
    return this.load();
  }

  /** Reads the file, again if it was read. */
  async load(): Promise<void> {
    this._stop();
    const reading = new AbortController();
    this._reading = reading;
    const since = performance.now();
    const timer = window.setInterval(
      () => this._say(performance.now() - since),
      PATIENCE
    );
    let message: unknown;
    let needs = '';
    try {
      message = await this.options.read(this._choice, reading.signal);
    } catch (error) {
      // What was chosen may be the wrong file: then another can be.
      const [asked = ''] = Object.keys(this._choice.beside);
      needs = textOf(error, 'needs') || asked;
      message = this._failure(error, needs, reading.signal.aborted);
    } finally {
      clearInterval(timer);
    }
    if (this._reading === reading && !this.isDisposed) {
      this._reading = null;
      this._needs = needs;
      this._look(message);
      await this.present(message);
    }
  }

  override dispose(): void {
    this._stop();
    this._reading = null;
    Signal.clearData(this);
    super.dispose();
  }

  private _stop(): void {
    this._reading?.abort();
  }

  private _say(elapsed: number): void {
    void this.present({
      version: 1,
      progress: {
        phase: 'converting',
        elapsed_ns: elapsed * 1e6,
        samples: null,
        engine: this.options.name()
      }
    });
  }

  /** An error as a message that the viewer can show. */
  private _failure(error: unknown, needs: string, stopped: boolean): unknown {
    const { trans } = this.options;
    const name = this.options.name();
    const failure = stopped
      ? {
          message: trans.__('Reading %1 was stopped.', name),
          remedy: trans.__('Reload the file to read it.')
        }
      : {
          message: error instanceof Error ? error.message : String(error),
          remedy: needs
            ? trans.__('Choose it with the button above.')
            : textOf(error, 'remedy')
        };
    return { version: 1, error: failure };
  }

  /** Learns of the parts from the profile. */
  private _look(message: unknown): void {
    if (isObject(message) && isObject(message.meta)) {
      const { parts, part } = message.meta;
      this._parts = Array.isArray(parts)
        ? parts.filter(isObject).map(partOf)
        : [];
      this._part = this._parts[Number(part ?? -1)]?.name ?? null;
      this._isSum = !(
        isObject(message.tables) && 'snapshots' in message.tables
      );
    }
    this._changed.emit();
  }

  private _choice: IFileChoice;
  private _parts: readonly IPart[] = [];
  private _part: string | null = null;
  private _isSum = true;
  private _needs = '';
  private _reading: AbortController | null = null;
  private readonly _changed = new Signal<this, void>(this);
}

function partOf(part: Record<string, unknown>): IPart {
  const name = textOf(part, 'name');
  const trigger = textOf(part, 'trigger');
  return { name, label: printable(trigger ? `${name} (${trigger})` : name) };
}

function textOf(item: unknown, key: string): string {
  const value = (item as Record<string, unknown> | null)?.[key];
  return typeof value === 'string' ? value : '';
}
