import { History } from '../history';
import { Store } from '../store';

function make() {
  const store = new Store({
    tab: 'a',
    selection: 0,
    line: 0,
    hover: 0,
    zoom: [] as number[]
  });
  const history = new History(store, {
    ignored: ['hover'],
    merged: [['selection', 'line']],
    place: 'tab',
    held: ['zoom']
  });
  return { store, history };
}

/** The end of a user's action. */
const next = (): Promise<void> => Promise.resolve();

describe('History', () => {
  it('goes back and forth between what was chosen', async () => {
    const { store, history } = make();
    store.set({ tab: 'b' });
    await next();
    store.set({ tab: 'c' });
    await next();
    history.undo();
    expect(store.value.tab).toBe('b');
    history.undo();
    expect(store.value.tab).toBe('a');
    expect(history.undo()).toBe(false);
    history.redo();
    history.redo();
    expect(store.value.tab).toBe('c');
    expect(history.redo()).toBe(false);
  });

  it('takes what one action changes, and a walk through rows, as one step', async () => {
    const { store, history } = make();
    store.set({ tab: 'b' });
    store.set({ selection: 1 });
    await next();
    store.set({ selection: 2 });
    await next();
    store.set({ selection: 3, line: 3 });
    await next();
    history.undo();
    expect(store.value).toMatchObject({ tab: 'b', selection: 1, line: 0 });
    history.undo();
    expect(store.value).toMatchObject({ tab: 'a', selection: 0 });
  });

  it('forgets what was taken back when something else is chosen', async () => {
    const { store, history } = make();
    store.set({ tab: 'b' });
    await next();
    history.undo();
    store.set({ tab: 'c' });
    await next();
    expect(history.canRedo).toBe(false);
    history.undo();
    expect(store.value.tab).toBe('a');
  });

  it('leaves what comes and goes by itself', async () => {
    const { store, history } = make();
    store.set({ hover: 4 });
    expect(history.canUndo).toBe(false);
    store.set({ tab: 'b' });
    await next();
    store.set({ hover: 5 });
    history.undo();
    expect(store.value.hover).toBe(5);
  });

  it('leaves a place for the one that it was opened from, in one', async () => {
    const { store, history } = make();
    store.set({ selection: 1 });
    await next();
    history.open({ tab: 'b', zoom: [1] });
    await next();
    store.set({ selection: 2 });
    await next();
    expect(history.leave()).toBe(true);
    expect(store.value).toMatchObject({ tab: 'a', selection: 1, zoom: [] });
    expect(history.leave()).toBe(false);
    history.redo();
    expect(store.value).toMatchObject({ tab: 'b', selection: 1, zoom: [1] });
    history.redo();
    expect(store.value.selection).toBe(2);
    expect(history.canLeave).toBe(true);
  });

  it('stays where there are steps back, and where nothing was opened', async () => {
    const { store, history } = make();
    store.set({ tab: 'b' });
    await next();
    expect(history.leave()).toBe(false);
    history.open({ tab: 'b' });
    store.set({ tab: 'a' });
    await next();
    expect(history.canLeave).toBe(false);
    history.open({ tab: 'c' });
    await next();
    store.set({ zoom: [3] });
    await next();
    expect(history.leave()).toBe(false);
    store.set({ zoom: [] });
    await next();
    expect(history.canLeave).toBe(true);
    store.set({ tab: 'd' });
    await next();
    store.set({ tab: 'c' });
    await next();
    expect(history.canLeave).toBe(false);
  });
});
