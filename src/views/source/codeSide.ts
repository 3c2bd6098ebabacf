/** Whether machine code stands beside the source, and of which function. */
import { codeFunctions } from '../../analysis/machineCode';
import type { ISourceFile } from '../../analysis/sourceFiles';
import { csvTable } from '../../export/csv';
import { Kind, type FunctionIndex } from '../../model/profile';
import { setPressed, toggleButton } from '../buttons';
import type { Disposables } from '../dom';
import { isShown } from '../shown';
import type { IExportChoice, IViewContext } from '../view';
import type { ICodePlace } from './code';
import { CodePane } from './codePane';

/** The pane of machine code with the button that shows it. */
export class CodeSide {
  /**
   * @param reveal Shows the first of an instruction's lines that the source has.
   * @param changed Called when the pane came, went, or is there without a source.
   */
  constructor(
    context: IViewContext,
    listeners: Disposables,
    reveal: (func: FunctionIndex, places: readonly ICodePlace[]) => void,
    changed: () => void
  ) {
    this._context = context;
    this._changed = changed;
    const { state, trans } = context;
    this.pane = new CodePane(context, reveal, selection =>
      state.set({ selection })
    );
    this.button = toggleButton(
      trans.__('Instructions'),
      trans.__('Machine instructions of native functions beside the source (d)')
    );
    listeners.on(this.button, 'click', () => this.toggle());
    listeners.add(() => this.pane.dispose());
    listeners.add(
      state.subscribe(['instructions', 'allValues'], () => this.update())
    );
  }

  readonly pane: CodePane;
  readonly button: HTMLButtonElement;

  /** The function whose code is shown; -1: none. */
  get func(): FunctionIndex {
    return this._func;
  }

  /** True where the code is shown alone: of its function no source is known. */
  get isAlone(): boolean {
    return this._isOn && this._func >= 0 && !this._hasSource(this._func);
  }

  toggle(): void {
    const { state } = this._context;
    state.set({ instructions: !state.value.instructions });
  }

  /** The instructions that are shown. */
  exports(): readonly IExportChoice[] {
    const { trans } = this._context;
    const { lines } = this.pane;
    const choice: IExportChoice = {
      label: trans.__('Instructions of this function (CSV)'),
      extension: 'csv',
      make: () =>
        csvTable(
          ['offset', 'self', 'file', 'line', 'instruction'],
          lines.map(({ offset, cost, places, mnemonic, operands }) => [
            offset,
            cost,
            places[0]?.file ?? '',
            places[0]?.line ?? '',
            `${mnemonic} ${operands}`.trim()
          ])
        )
    };
    return this._isOn && lines.length > 0 ? [choice] : [];
  }

  /** A function was selected; -1: none. */
  selected(func: FunctionIndex): void {
    const { kind } = this._context.profile.functions;
    this._func = func >= 0 && kind[func] !== Kind.Python ? func : -1;
    this.update();
  }

  /** A file was chosen: of a native one its costliest function is shown. */
  chose({ file, language }: ISourceFile): void {
    const { profile, state } = this._context;
    const { source } = profile.functions;
    if (language === 'python') {
      this._func = -1;
    } else if (this._func < 0 || source?.[this._func] !== file) {
      const inFile = codeFunctions(profile, state.value.value).find(
        ({ func }) => source?.[func] === file
      );
      this._func = inFile?.func ?? -1;
    }
    this.update();
  }

  /** Shows what is wanted now; nothing is read for a view that is not shown. */
  update(): void {
    if (!isShown(this._context.state.value, 'source')) {
      return;
    }
    setPressed(this.button, this._isOn);
    this.pane.node.hidden = !this._isOn;
    if (this._isOn) {
      void this.pane.show(this._func);
    }
    this._changed();
  }

  private get _isOn(): boolean {
    return this._context.state.value.instructions;
  }

  private _hasSource(func: FunctionIndex): boolean {
    const { data, profile } = this._context;
    const file = profile.functions.source?.[func] ?? -1;
    return file >= 0 && data.sources.some(source => source.file === file);
  }

  private readonly _context: IViewContext;
  private readonly _changed: () => void;
  private _func: FunctionIndex = -1;
}
