/** A strip beside the source with a mark at each costly line of the whole file. */
import { el } from '../dom';
import type { ISourceLine } from './line';
import { neverRan, type ISheet } from './sheet';

/** Marks that are made: further ones would be of no height. */
const MOST = 200;

/** Shows where in the file the heat is; a click goes there. */
export class Ruler {
  /** @param go Shows the line with this place in the list. */
  constructor(go: (at: number) => void) {
    this.node.addEventListener('click', event => {
      const mark = (event.target as HTMLElement).closest<HTMLElement>('i');
      const box = this.node.getBoundingClientRect();
      const share = (event.clientY - box.top) / Math.max(1, box.height);
      go(mark ? Number(mark.dataset.at) : Math.floor(share * this._length));
    });
  }

  readonly node = el('div', {
    class: 'np-Ruler',
    attrs: { 'aria-hidden': true }
  });

  /** Marks the lines with own cost; those that never ran, where runs were counted. */
  show(sheet: ISheet | null): void {
    const shown = sheet?.shown ?? [];
    const runs = sheet?.exact?.runs;
    const most = runs ? 1 : (sheet?.scale.self ?? 0);
    this._length = shown.length;
    const selfOf = (line: ISourceLine): number =>
      runs
        ? Number(neverRan(sheet, line))
        : (line.begins?.self ?? sheet?.lines.self[line.row] ?? 0);
    const marks = shown
      .map((line, at) => ({ at, self: selfOf(line) }))
      .filter(({ self }) => self > 0)
      .sort((a, b) => b.self - a.self)
      .slice(0, MOST);
    this.node.replaceChildren(
      ...marks.map(({ at, self }) => {
        const mark = el('i', { attrs: { 'data-at': at } });
        mark.style.top = `${(100 * at) / Math.max(1, shown.length)}%`;
        mark.style.setProperty('--np-heat', (self / most).toFixed(3));
        return mark;
      })
    );
  }

  private _length = 0;
}
