/** The gutter of a cell's editor that shows the heat of the cell's profile. */
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import {
  gutter,
  GutterMarker,
  ViewPlugin,
  type EditorView
} from '@codemirror/view';
import type { ITranslation } from '../views/env';
import type { ICellHeat } from '../views/source/cellHeat';
import type { WorkerLike } from '../views/workerClient';

/** Where the gutter learns what to show. */
export interface IHeatSource {
  /** The profile of the cell as it stands in its output, null for none. */
  profile(): unknown;
  /** Calls `listener` whenever `profile` may have changed; undoes that. */
  subscribe(listener: () => void): () => void;
  readonly trans: ITranslation;
  /** For large profiles. */
  startWorker?(): WorkerLike;
}

class HeatMarker extends GutterMarker {
  constructor(private readonly make: () => HTMLElement) {
    super();
  }

  override toDOM(): Node {
    return this.make();
  }
}

/**
 * An extension with a gutter while there is a profile of the very text in the
 * editor. The first change of the text removes it: lines may have moved.
 */
export function cellGutter(source: IHeatSource): Extension {
  const shown = new Compartment();
  const hide = shown.reconfigure([]);
  const isShown = (state: EditorState): boolean =>
    ((shown.get(state) as readonly Extension[] | undefined) ?? []).length > 0;

  class Keeper {
    constructor(private readonly view: EditorView) {
      this._unsubscribe = source.subscribe(() => void this._look());
      void this._look();
    }

    destroy(): void {
      this._turn++;
      this._unsubscribe();
    }

    private async _look(): Promise<void> {
      const message = source.profile();
      if (message === this._message) {
        return;
      }
      this._message = message;
      const turn = ++this._turn;
      const heat = message ? await heatOf(message, source) : null;
      // An editor is not to be changed while it is being made or updated.
      await Promise.resolve();
      if (turn !== this._turn) {
        return;
      }
      const { state } = this.view;
      const fits = heat && same(heat.source, state.doc.toString());
      if (fits) {
        this.view.dispatch({ effects: shown.reconfigure([heatGutter(heat)]) });
      } else if (isShown(state)) {
        this.view.dispatch({ effects: hide });
      }
    }

    private readonly _unsubscribe: () => void;
    private _message: unknown = null;
    private _turn = 0;
  }

  return [
    shown.of([]),
    EditorState.transactionExtender.of(({ docChanged, startState }) =>
      docChanged && isShown(startState) ? { effects: hide } : null
    ),
    ViewPlugin.define(view => new Keeper(view))
  ];
}

async function heatOf(
  message: unknown,
  { trans, startWorker }: IHeatSource
): Promise<ICellHeat | null> {
  const { cellHeat } = await import('../views/source/cellHeat');
  // What cannot be read is said in the output, where the viewer would be.
  return cellHeat(message, trans, startWorker).catch(() => null);
}

function heatGutter({ marks }: ICellHeat): Extension {
  const markers = new Map(
    [...marks].map(([line, make]) => [line, new HeatMarker(make)])
  );
  return gutter({
    class: 'np-CellHeat',
    lineMarker: ({ state }, { from }) =>
      markers.get(state.doc.lineAt(from).number) ?? null
  });
}

/** True where two texts differ at most in the white space at their end. */
function same(a: string, b: string): boolean {
  return a.trimEnd() === b.trimEnd();
}
