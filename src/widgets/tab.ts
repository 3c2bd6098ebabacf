/** A profile in a tab of its own, with all the room there is. */
import { Widget } from '@lumino/widgets';
import type { Message } from '@lumino/messaging';
import type { IViewerEnv } from '../views/env';
import type { Output } from '../views/output';

/** Shows one message of the wire format, full size; the viewer loads lazily. */
export class ProfileTab extends Widget {
  /**
   * @param message As it stands in a notebook's output.
   * @param env What the viewer can ask of its surroundings.
   */
  constructor(
    private readonly message: unknown,
    private readonly env: IViewerEnv
  ) {
    super();
    this.addClass('np-ProfileTab');
    this.node.tabIndex = -1;
  }

  override dispose(): void {
    this._output?.dispose();
    this._output = null;
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    void this._load();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.focus();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._output?.refresh();
  }

  private async _load(): Promise<void> {
    if (this._output) {
      return;
    }
    const { Output } = await import('../views/output');
    if (!this.isDisposed && !this._output) {
      this._output = new Output(this.node, { ...this.env, fill: true });
      await this._output.update(this.message);
    }
  }

  private _output: Output | null = null;
}
