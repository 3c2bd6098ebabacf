import { History } from '../history';
import { Store } from '../store';

function make() {
  const store = new Store({ tab: 'a', selection: 0, line: 0, hover: 0 });
  const history = new History(store, {
    ignored: ['hover'],
    merged: [['selection', 'line']]
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
});
