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
});
