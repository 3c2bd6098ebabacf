import { Disposables } from '../dom';
import { followPointer } from '../flame/pointer';

/** A stage whose node at a point is its x, and the words for what the pointer did. */
function stage() {
  const node = document.createElement('div');
  // jsdom has none.
  node.setPointerCapture = () => undefined;
  const listeners = new Disposables();
  const done: string[] = [];
  const note = (word: string) => (hit?: number) =>
    void done.push(hit === undefined ? word : `${word} ${hit}`);
  followPointer(
    { node, listeners },
    {
      nodeAt: event => event.clientX,
      show: note('show'),
      showNothing: note('nothing'),
      drag: aside => void done.push(`drag ${aside}`),
      choose: note('choose'),
      zoomTo: note('zoom to'),
      scale: (event, factor) =>
        void done.push(
          `${factor < 1 ? 'closer' : 'farther'} at ${event.clientX}`
        ),
      pan: pixels => {
        done.push(`pan ${pixels}`);
        return pixels < 50;
      },
      menu: note('menu')
    }
  );
  const send = (type: string, init: WheelEventInit = {}): Event => {
    const event = new WheelEvent(type, { cancelable: true, ...init });
    node.dispatchEvent(event);
    return event;
  };
  return { node, listeners, done, send };
}

describe('the pointer on the flame graph', () => {
  it('shows what it is over', () => {
    const { node, done, send } = stage();
    send('pointermove', { clientX: 3 });
    expect(node.style.cursor).toBe('pointer');
    send('pointermove', { clientX: -1 });
    expect(node.style.cursor).toBe('default');
    send('pointerleave');
    expect(done).toEqual(['show 3', 'nothing', 'nothing']);
  });

  it('chooses where it is pressed, though it strays a little', () => {
    const { done, send } = stage();
    send('pointerdown', { clientX: 3, clientY: 10 });
    send('pointermove', { clientX: 3, clientY: 14 });
    send('pointerup', { clientX: 3, clientY: 14 });
    expect(done).toEqual(['show 3', 'choose 3']);
  });

  it('drags the graph both ways and chooses nothing', () => {
    const { node, done, send } = stage();
    node.scrollTop = 50;
    send('pointerdown', { clientX: 100, clientY: 10 });
    send('pointermove', { clientX: 107, clientY: 30 });
    expect(node.scrollTop).toBe(30);
    send('pointermove', { clientX: 95, clientY: 11 });
    expect(node.scrollTop).toBe(49);
    send('pointerup', { clientX: 95, clientY: 11 });
    expect(done).toEqual(['drag 7', 'drag -12']);
  });

  it('forgets a press that the system took away', () => {
    const { done, send } = stage();
    send('pointerdown');
    send('pointercancel');
    send('pointerup');
    expect(done).toEqual([]);
  });

  it('zooms by double click and by the wheel with Ctrl', () => {
    const { done, send } = stage();
    send('dblclick', { clientX: 4 });
    send('dblclick', { clientX: -1 });
    expect(send('wheel', { deltaY: -1 }).defaultPrevented).toBe(false);
    const wheel = { ctrlKey: true, clientX: 5 };
    expect(send('wheel', { ...wheel, deltaY: -1 }).defaultPrevented).toBe(true);
    send('wheel', { ...wheel, deltaY: 1 });
    expect(done).toEqual(['zoom to 4', 'closer at 5', 'farther at 5']);
  });

  it('pans by a wheel that goes sideways, and leaves it where it cannot', () => {
    const { done, send } = stage();
    expect(send('wheel', { deltaX: 9, deltaY: 2 }).defaultPrevented).toBe(true);
    expect(send('wheel', { deltaX: 1, deltaY: 2 }).defaultPrevented).toBe(
      false
    );
    const shifted = { shiftKey: true, deltaY: 60 };
    expect(send('wheel', shifted).defaultPrevented).toBe(false);
    expect(done).toEqual(['pan 9', 'pan 60']);
  });

  it('opens the menu of a node, and leaves the notebook its own', () => {
    const { done, send } = stage();
    expect(send('contextmenu', { clientX: 3 }).defaultPrevented).toBe(true);
    for (const init of [{ clientX: -1 }, { clientX: 3, shiftKey: true }]) {
      expect(send('contextmenu', init).defaultPrevented).toBe(false);
    }
    expect(done).toEqual(['menu 3']);
  });

  it('ends with the stage', () => {
    const { listeners, done, send } = stage();
    listeners.dispose();
    send('pointermove');
    expect(done).toEqual([]);
  });
});
