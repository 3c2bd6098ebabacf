import { createState } from '../state';
import { Store } from '../store';

describe('Store', () => {
  it('tells listeners of the keys that changed, and only then', () => {
    const store = new Store({ a: 1, b: 'x' });
    const heard: string[] = [];
    store.subscribe(['a'], value => heard.push(`a=${value.a}`));
    store.subscribe(['a', 'b'], value => heard.push(`${value.a}${value.b}`));
    store.set({ a: 1 });
    store.set({ a: 2 });
    store.set({ b: 'y' });
    expect(heard).toEqual(['a=2', '2x', '2y']);
  });

  it('does not tell a listener that was removed meanwhile', () => {
    const store = new Store({ a: 1 });
    const heard: number[] = [];
    store.subscribe(['a'], () => remove());
    const remove = store.subscribe(['a'], value => heard.push(value.a));
    store.set({ a: 2 });
    expect(heard).toEqual([]);
    expect(store.listenerCount).toBe(1);
  });

  it('never changes a state that was handed out', () => {
    const state = createState('summary');
    const before = state.value;
    state.set({ search: 'sorted', zoom: [1, 2] });
    expect(before.search).toBe('');
    expect(before.zoom).toEqual([]);
    expect(state.value.search).toBe('sorted');
  });

  describe('with a gate', () => {
    /** A store whose gate holds back `a`, and what lets each change pass. */
    function gated() {
      const store = new Store({ a: 1, b: 'x' });
      const heard: string[] = [];
      const pass: (() => void)[] = [];
      store.subscribe(['a', 'b'], ({ a, b }) => heard.push(`${a}${b}`));
      store.gate = (_next, changed) =>
        changed.has('a') ? new Promise<void>(done => pass.push(done)) : null;
      return { store, heard, pass };
    }
    const settled = () => new Promise(done => setTimeout(done));

    it('changes when it may, and knows till then what is wanted', async () => {
      const { store, heard, pass } = gated();
      store.set({ a: 2 });
      expect([store.value.a, store.wanted.a]).toEqual([1, 2]);
      pass[0]();
      await settled();
      expect([store.value.a, heard]).toEqual([2, ['2x']]);
    });

    it('lets other keys pass meanwhile', async () => {
      const { store, heard, pass } = gated();
      store.set({ a: 2 });
      store.set({ b: 'y' });
      pass[0]();
      await settled();
      expect(heard).toEqual(['1y', '2y']);
    });

    it('forgets an earlier change for a later one', async () => {
      const { store, heard, pass } = gated();
      store.set({ a: 2 });
      store.set({ a: 3 });
      pass[0]();
      await settled();
      expect(heard).toEqual([]);
      pass[1]();
      await settled();
      expect(heard).toEqual(['3x']);
    });

    it('holds back what was held before together with what comes', async () => {
      const { store, heard, pass } = gated();
      store.set({ a: 2, b: 'y' });
      store.set({ a: 3 });
      pass.forEach(go => go());
      await settled();
      expect(heard).toEqual(['3y']);
    });

    it('forgets a change that was taken back', async () => {
      const { store, heard, pass } = gated();
      const { gate } = store;
      store.set({ a: 2 });
      store.gate = null;
      store.set({ a: 1 });
      store.gate = gate;
      pass[0]();
      await settled();
      expect([store.wanted.a, heard]).toEqual([1, []]);
    });
  });
});
