/** What stands above a file's profile: which of its parts is shown, and what it lacks. */
import { ToolbarButton } from '@jupyterlab/ui-components';
import type { ITranslation } from '../views/env';
import { Widget } from '@lumino/widgets';
import type { ProfileFile } from './profileFile';

/** A list of the parts; nothing where there is just one. */
export class PartChooser extends Widget {
  constructor(
    private readonly file: ProfileFile,
    private readonly trans: ITranslation
  ) {
    super({ node: document.createElement('label') });
    this.addClass('np-PartChooser');
    this._select.addEventListener('change', this._choose);
    this.node.append(trans.__('Part'), this._select);
    file.changed.connect(this._fill, this);
    this._fill();
  }

  override dispose(): void {
    this._select.removeEventListener('change', this._choose);
    super.dispose();
  }

  private readonly _choose = (): void => {
    void this.file.choose({ part: this._select.value || null });
  };

  private _fill(): void {
    const { parts, part, isSum } = this.file;
    const option = (value: string, text: string): HTMLOptionElement => {
      const made = document.createElement('option');
      made.value = value;
      made.textContent = text;
      return made;
    };
    const all = option('', this.trans.__('All %1, added up', parts.length));
    this._select.replaceChildren(
      ...(isSum ? [all] : []),
      ...parts.map(({ name, label }) => option(name, label))
    );
    this._select.value = part ?? '';
    this.setHidden(parts.length < 2);
  }

  private readonly _select = document.createElement('select');
}

/** A button that asks for the file that is missing. */
export class MissingFileButton extends ToolbarButton {
  /** @param ask Resolves to a path, null for none; is told the path that was chosen before. */
  constructor(
    private readonly file: ProfileFile,
    trans: ITranslation,
    ask: (before: string | undefined) => Promise<string | null>
  ) {
    super({
      label: trans.__('Choose the program…'),
      tooltip: trans.__('The program or library that wrote this file'),
      onClick: () =>
        void ask(file.choice.beside[file.needs]).then(path => {
          if (path && !file.isDisposed) {
            const beside = { ...file.choice.beside, [file.needs]: path };
            void file.choose({ beside });
          }
        })
    });
    this.addClass('np-MissingFile');
    file.changed.connect(this._show, this);
    this._show();
  }

  private _show(): void {
    this.setHidden(this.file.needs === '');
  }
}
