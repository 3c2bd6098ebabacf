/** The MIME renderer's widget: loads the viewer when it has something to show. */
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import type { IViewerEnv } from '../views/env';
import type { Output } from '../views/output';

/** Gives a renderer its surroundings; called once, when it first shows a profile. */
export type Surroundings = (renderer: ProfileRenderer) => IViewerEnv;

let surroundings: Surroundings = () => ({});

/**
 * Sets what every renderer made from now on can ask of JupyterLab: a MIME
 * extension gets no application of its own, a plugin hands it in here.
 */
export function provideSurroundings(provider: Surroundings): void {
  surroundings = provider;
}

/** Shows one output of our MIME type; a later `renderModel` updates it in place. */
export class ProfileRenderer extends Widget implements IRenderMime.IRenderer {
  constructor(options: IRenderMime.IRendererOptions) {
    super();
    this._mimeType = options.mimeType;
    this.addClass('np-Renderer');
  }

  /** The message shown now, as it stands in the notebook; null before the first. */
  get message(): unknown {
    return this._message;
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._message = model.data[this._mimeType];
    if (!this._output) {
      const { Output } = await import('../views/output');
      if (this.isDisposed) {
        return;
      }
      this._output ??= new Output(this.node, surroundings(this));
    }
    await this._output.update(this._message);
  }

  override dispose(): void {
    this._output?.dispose();
    this._output = null;
    super.dispose();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._output?.refresh();
  }

  private readonly _mimeType: string;
  private _message: unknown = null;
  private _output: Output | null = null;
}
