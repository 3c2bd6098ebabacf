/** A profile in a tab of its own, with all the room there is. */
import { Widget } from '@lumino/widgets';
import type { Message } from '@lumino/messaging';
import type { IViewerEnv } from '../views/env';
import type { Output } from '../views/output';

/** Shows messages of the wire format, full size; the viewer loads lazily. */
export class ProfileTab extends Widget {
  /** @param env What the viewer can ask of its surroundings. */
  constructor(private readonly env: IViewerEnv) {
    super();
    this.addClass('np-ProfileTab');
    this.node.tabIndex = -1;
  }

  /** The message that is shown, null before the first. */
  get message(): unknown {
    return this._message;
  }

  /**
   * Shows a message instead of the one before; at the latest when the tab is
   * on the page.
   *
   * @param message As it stands in a notebook's output.
   */
  async present(message: unknown): Promise<void> {
    this._message = message;
    await this._update();
  }

  override dispose(): void {
    this._output?.dispose();
    this._output = null;
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    void this._update();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.focus();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._output?.refresh();
  }

  private async _update(): Promise<void> {
    if (!this.isAttached || this._message === null) {
      return;
    }
    const { Output } = await import('../views/output');
    if (this.isDisposed || this._message === this._shown) {
      return;
    }
    this._shown = this._message;
    this._output ??= new Output(this.node, { ...this.env, fill: true });
    await this._output.update(this._message);
  }

  private _message: unknown = null;
  private _shown: unknown = null;
  private _output: Output | null = null;
}
