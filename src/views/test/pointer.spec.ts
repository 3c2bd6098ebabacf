import { Disposables } from '../dom';
import { followPointer } from '../flame/pointer';

/** A stage whose node at a point is its x, and the words for what the pointer did. */
function stage() {
  const node = document.createElement('div');
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
      drag: note('drag'),
      choose: note('choose'),
      zoomTo: note('zoom to'),
      zoomTowards: note('zoom towards'),
      back: note('back')
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

  it('drags the graph and chooses nothing', () => {
    const { node, done, send } = stage();
    node.scrollTop = 50;
    send('pointerdown', { clientY: 10 });
    send('pointermove', { clientY: 30 });
    expect(node.scrollTop).toBe(30);
    send('pointermove', { clientY: 11 });
    expect(node.scrollTop).toBe(49);
    send('pointerup', { clientY: 11 });
    expect(done).toEqual(['drag', 'drag']);
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
    expect(done).toEqual(['zoom to 4', 'zoom towards 5', 'back']);
  });

  it('ends with the stage', () => {
    const { listeners, done, send } = stage();
    listeners.dispose();
    send('pointermove');
    expect(done).toEqual([]);
  });
});
