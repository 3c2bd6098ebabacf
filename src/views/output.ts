/**
 * An output of our MIME type: a running cell, a failure, or a profile. Profiles
 * far from the visible part of the page are not even read.
 */
import { FormatError } from '../format/errors';
import { isError, isObject, isProgress } from '../format/messages';
import { printable } from '../format/text';
import { Others } from './compare/others';
import { Derived } from './derived';
import { Disposables, el } from './dom';
import { profileDownload } from './download';
import { PLAIN, type IViewerEnv } from './env';
import { heightKept } from './height';
import { progressLine } from './messages';
import { Presence } from './presence';
import { Reader } from './reader';
import { firstState, needsOf } from './firstState';
import { Viewer } from './viewer';

/** Shows one message after another in the same place; never throws. */
export class Output {
  constructor(host: HTMLElement, env: IViewerEnv = {}) {
    this._host = host;
    this._env = env;
    host.classList.add('np-Output');
    host.classList.toggle('np-mod-fill', env.fill === true);
    this._presence = new Presence(host, env.inSight === true);
    this._presence.subscribe(() => void this._showWaiting());
  }

  /** The viewer shown now, if any. */
  get viewer(): Viewer | null {
    return this._viewer;
  }

  /**
   * Shows a message as it stands in the notebook, instead of the one before;
   * a profile out of sight waits until it comes near.
   */
  async update(message: unknown): Promise<void> {
    const turn = ++this._turn;
    this._waiting = null;
    try {
      if (isProgress(message)) {
        const sentence = progressLine(message.progress, this._trans);
        this._showProgress(sentence, this._env.stop);
      } else if (isError(message)) {
        this._showFailure(message.error.message, message.error.remedy);
      } else if (!this._presence.isNear) {
        this._env.shown?.(message);
        this._wait(message);
      } else {
        this._env.shown?.(message);
        await this._showProfile(message, turn);
      }
    } catch (error) {
      if (turn === this._turn) {
        this._showFailure(...this._explain(error));
      }
    }
  }

  /** To be called when the place has become visible or changed its size. */
  refresh(): void {
    this._viewer?.refresh();
  }

  dispose(): void {
    this._turn++;
    this._waiting = null;
    this._presence.dispose();
    this._clear();
    this._host.classList.remove('np-Output', 'np-mod-fill');
  }

  private async _showProfile(message: unknown, turn: number): Promise<void> {
    const reader = new Reader(message, this._env.startWorker);
    try {
      const opening = reader.open();
      if (reader.isSlow) {
        this._showReading();
      }
      const profile = await opening;
      const state = firstState(profile, this._env);
      const data = new Derived(profile, state);
      const others = new Others(this._env, reader, data.others);
      await others.load(state.value.compare.runs);
      await reader.prepare(data, state.value, needsOf(state.value, profile));
      // A later message, or the end, came while this one was being read.
      if (turn === this._turn) {
        this._clear();
        this._reader = reader;
        const { downloads = [] } = this._env;
        const own = profileDownload(message, profile.meta.name, this._trans);
        this._viewer = new Viewer(
          this._host,
          profile,
          { ...this._env, downloads: [...downloads, own] },
          { state, data, others, reader }
        );
      }
    } finally {
      if (this._reader !== reader) {
        reader.dispose();
      }
    }
  }

  private get _trans() {
    return this._env.trans ?? PLAIN;
  }

  /** Keeps the place of a profile that is out of sight. */
  private _wait(message: unknown): void {
    this._waiting = { message };
    if (this._viewer) {
      return; // a former one, no less out of sight
    }
    const meta = isObject(message) && isObject(message.meta) && message.meta;
    const name = meta && typeof meta.name === 'string' ? meta.name : '';
    this._holdPlace(this._trans.__('Profile of %1', printable(name)));
  }

  private _showReading(): void {
    const text = this._trans.__('Reading the profile…');
    this._holdPlace(el('div', { class: 'np-Live' }, makePulse(), text));
  }

  /** What stands where a viewer will be is as high as that, so that nothing moves. */
  private _holdPlace(content: HTMLElement | string): void {
    const node = el('div', { class: 'np-Waiting' }, content);
    const height = this._env.fill ? null : heightKept();
    if (height !== null) {
      node.style.height = `${height}px`;
    }
    this._clear();
    this._host.replaceChildren(node);
  }

  private async _showWaiting(): Promise<void> {
    if (this._waiting && this._presence.isNear) {
      await this.update(this._waiting.message);
    }
  }

  private _explain(error: unknown): [string, string] {
    if (error instanceof FormatError) {
      return [error.message, error.remedy];
    }
    const reason = error instanceof Error ? error.message : String(error);
    return [
      this._trans.__('The profile could not be shown: %1', reason),
      this._trans.__('Run the cell again; the static report is unaffected.')
    ];
  }

  /** @param stop What stops it; none: it cannot be stopped. */
  private _showProgress(sentence: string, stop?: () => void): void {
    if (this._live) {
      this._live.textContent = sentence;
      return;
    }
    this._clear();
    this._live = el('span', { text: sentence });
    const line = el('div', { class: 'np-Live' }, makePulse(), this._live);
    if (stop) {
      const button = el('button', {
        class: 'np-Action',
        text: this._trans.__('Stop'),
        attrs: { type: 'button' }
      });
      this._listeners.on(button, 'click', () => stop());
      line.append(button);
    }
    this._host.replaceChildren(line);
  }

  private _showFailure(message: string, remedy: string): void {
    this._clear();
    this._host.replaceChildren(
      el(
        'div',
        { class: 'np-Message np-Failure', attrs: { role: 'status' } },
        el(
          'p',
          {},
          message,
          ' ',
          el('span', { class: 'np-Remedy', text: remedy })
        )
      )
    );
  }

  private _clear(): void {
    this._listeners.dispose();
    this._live = null;
    this._viewer?.dispose();
    this._viewer = null;
    this._reader?.dispose();
    this._reader = null;
    this._host.replaceChildren();
  }

  private readonly _host: HTMLElement;
  private readonly _env: IViewerEnv;
  private readonly _listeners = new Disposables();
  private _viewer: Viewer | null = null;
  private _reader: Reader | null = null;
  private _live: HTMLElement | null = null;
  private readonly _presence: Presence;
  private _waiting: { readonly message: unknown } | null = null;
  private _turn = 0;
}

const makePulse = (): HTMLElement =>
  el('span', { class: 'np-Pulse', attrs: { 'aria-hidden': true } });
