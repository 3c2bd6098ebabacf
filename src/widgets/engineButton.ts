/** A toolbar button that opens the list of engines to profile with. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, ToolbarButton } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';
import type { IEngine } from '../server/engines';

/** What the button needs. */
export interface IEngineButtonOptions {
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
  /** The command that profiles: takes `{engine, label, menu: true}`. */
  readonly command: string;
  /** Asks for the engines; may reject, then only the best one is offered. */
  engines(): Promise<readonly IEngine[]>;
}

/** Each item of the menu profiles the active cell with one engine. */
export class EngineButton extends ToolbarButton {
  constructor(private readonly options: IEngineButtonOptions) {
    super({
      icon: caretDownIcon,
      tooltip: options.trans.__('Profile with…'),
      'aria-haspopup': 'menu',
      noFocusOnClick: true,
      onClick: () => void this._open()
    });
    this.addClass('np-EngineButton');
    // By the time of the click the answer is mostly there.
    this.node.addEventListener('pointerenter', this._ask);
  }

  override dispose(): void {
    this.node.removeEventListener('pointerenter', this._ask);
    this._menu?.dispose();
    super.dispose();
  }

  /** What is asked on the way to the button is used for one opening. */
  private readonly _ask = (): void => {
    this._asked ??= this.options.engines().catch((error: unknown) => {
      console.warn('nativeprofile: no list of engines,', error);
      return null;
    });
  };

  private async _open(): Promise<void> {
    this._ask();
    const engines = await this._asked!;
    this._asked = null;
    if (this.isDisposed) {
      return;
    }
    this._menu?.dispose();
    this._menu = this._menuOf(engines);
    const { left, bottom } = this.node.getBoundingClientRect();
    this._menu.open(left, bottom);
  }

  private _menuOf(engines: readonly IEngine[] | null): Menu {
    const { commands, trans, command } = this.options;
    const menu = new Menu({ commands });
    menu.addClass('np-EngineMenu');
    menu.title.label = trans.__('Engines');
    const add = (engine: string, label: string): void => {
      menu.addItem({ command, args: { engine, label, menu: true } });
    };
    const first = engines?.find(engine => engine.available);
    add(
      'auto',
      first
        ? trans.__('Profile with the best engine (%1)', first.name)
        : trans.__('Profile with the best engine')
    );
    for (const engine of engines ?? []) {
      add(engine.name, labelOf(engine, trans));
    }
    menu.aboutToClose.connect(() => {
      this.pressed = false;
    });
    return menu;
  }

  private _asked: Promise<readonly IEngine[] | null> | null = null;
  private _menu: Menu | null = null;
}

/**
 * An engine that the server lacks can still be chosen: a kernel may run in
 * another environment, and says for itself what is missing there.
 */
function labelOf(engine: IEngine, trans: TranslationBundle): string {
  if (engine.available) {
    return trans.__('Profile with %1', engine.title);
  }
  return trans.__(
    'Profile with %1 (not here: %2)',
    engine.title,
    engine.reason || engine.remedy
  );
}
