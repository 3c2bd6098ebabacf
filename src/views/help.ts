/** The list of keys. */
import { el } from './dom';
import type { ITranslation } from './env';

/** Makes the panel that lists the keys, where there are so many views. */
export function makeHelp(trans: ITranslation, views: number): HTMLElement {
  const keys: readonly (readonly [string, string])[] = [
    ['/', trans.__('search; Enter makes it a filter of all views')],
    [
      trans.__('Shift + Enter'),
      trans.__('search: go to the view, with what matches marked')
    ],
    ['u U', trans.__('undo, redo; also Ctrl + Z, Ctrl + Shift + Z')],
    [trans.__('Ctrl + C'), trans.__('copy the name of the selected function')],
    ['Esc', trans.__('back one step, or to the view that led here')],
    ['?', trans.__('show or hide this list')],
    ['p', trans.__('show or fold interpreter frames')],
    ['a', trans.__('charge threads to the line that launched them, or not')],
    ['v', trans.__('choose what is measured')],
    ['t', trans.__('choose a thread, process or task')],
    [`1 … ${views}`, trans.__('choose a view')],
    ['B', trans.__('a second view beside it, where it is wide enough')],
    ['F6', trans.__('from one of two views to the other')],
    ['← ↑ → ↓', trans.__('move between frames, functions, rows, times')],
    ['Enter', trans.__('zoom in, or focus on a function')],
    ['Home', trans.__('to the root, or the first row')],
    ['+ − 0', trans.__('flame, graph, timeline: closer, farther, all of it')],
    ['i', trans.__('flame: leaves first, or the cell first')],
    ['l g', trans.__('flame: choose the order; what is one frame, its colour')],
    ['f h c', trans.__('flame: only this frame, hide it, fold what it calls')],
    ['m', trans.__('flame: the menu of a frame (right click)')],
    [trans.__('Shift + arrows'), trans.__('graph: move the picture')],
    ['e c', trans.__('graph: open a box (hidden callees too), close it')],
    ['m', trans.__('graph: a box for each module, or for each function')],
    ['i', trans.__('graph: a box for each part of CPython')],
    ['r', trans.__('graph: functions that call each other in one box')],
    [
      'n N',
      trans.__('source: the next costly line; flame: the next match; N: back')
    ],
    ['f', trans.__('source: choose a file or a cell')],
    ['d', trans.__('source: machine instructions beside it, or not')],
    [
      'c e',
      trans.__('source, counted: the calls below each line; every value')
    ],
    [
      trans.__('Enter'),
      trans.__('instructions: to where the current one jumps')
    ],
    [
      's',
      trans.__('table: callers above, callees below the selected function')
    ],
    ['g c l', trans.__('table: groups, columns, source lines')],
    [
      'g n',
      trans.__('coverage: what a row is; only what has lines that never ran')
    ],
    [
      trans.__('Shift + arrows'),
      trans.__('tables: order by the column beside; ascending, descending')
    ],
    ['b', trans.__('compare with another profile')],
    [
      'l s w d',
      trans.__(
        'compare: as flame, functions, lines; shares; with callees; hide noise'
      )
    ],
    [
      'o',
      trans.__('go to the source line of the selection, in its cell or here')
    ],
    [
      trans.__('Shift + ← →'),
      trans.__('timeline: choose a stretch of time for all views')
    ],
    [trans.__('Space'), trans.__('timeline: this thread alone in all views')],
    [trans.__('double click'), trans.__('zoom in, or focus on a function')],
    [
      trans.__('drag'),
      trans.__('move the picture; timeline: choose a stretch of time')
    ],
    [
      trans.__('Ctrl + wheel'),
      trans.__('flame, graph, timeline: closer, farther')
    ]
  ];
  const list = el('dl');
  for (const [key, meaning] of keys) {
    list.append(
      el('dt', {}, el('kbd', { text: key })),
      el('dd', { text: meaning })
    );
  }
  return el(
    'div',
    {
      class: 'np-Help',
      attrs: {
        role: 'dialog',
        'aria-label': trans.__('Keys'),
        tabindex: -1
      }
    },
    el('h3', { text: trans.__('Keys') }),
    list
  );
}
