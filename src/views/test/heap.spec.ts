import { PROFILE } from '../../testing/snapshots';
import { example } from '../../testing/example';
import type { IProfile } from '../../model/profile';
import type { IViewerEnv } from '../env';
import { Viewer } from '../viewer';
import { makeHost, press } from './host';

let host: HTMLElement;

beforeEach(() => {
  host = makeHost([1000, 300]);
});

afterEach(() => {
  host.remove();
  jest.restoreAllMocks();
});

function show(of: IProfile = PROFILE, env: IViewerEnv = {}): Viewer {
  const viewer = new Viewer(host, of, env);
  viewer.state.set({ tab: 'heap' });
  return viewer;
}

const slider = (): HTMLElement => host.querySelector('[role=slider]')!;
const told = (): string | null => slider().getAttribute('aria-valuetext');

function isOffered(id: string): boolean {
  return !host.querySelector<HTMLElement>(`[data-view="${id}"]`)!.hidden;
}

describe('the heap', () => {
  it('is a view of profiles with snapshots, instead of a timeline', () => {
    show();
    expect(['heap', 'timeline', 'flame'].map(isOffered)).toEqual([
      true,
      false,
      true
    ]);
    host.replaceChildren();
    new Viewer(host, example);
    expect(['heap', 'timeline'].map(isOffered)).toEqual([false, true]);
  });

  it('begins at the snapshot that is shown, and walks by keys', () => {
    show();
    expect(told()).toBe(
      'Snapshot 3 of 4, 930\u00a0B, Heap 900\u00a0B, Stacks 30\u00a0B, after 40 instructions, peak, shown in the other views'
    );
    press(slider(), 'ArrowLeft');
    expect(told()).toMatch(/^Snapshot 2 of 4, .*who held it is known$/);
    expect(slider().getAttribute('aria-valuenow')).toBe('2');
    press(slider(), 'End');
    press(slider(), 'ArrowRight');
    expect(told()).toMatch(/^Snapshot 4 of 4, .* instructions$/);
  });

  it('shows another snapshot where its places are known', () => {
    const showPart = jest.fn();
    show(PROFILE, { showPart });
    press(slider(), 'Enter');
    press(slider(), 'End');
    press(slider(), 'Enter');
    expect(showPart).not.toHaveBeenCalled();
    press(slider(), 'Home');
    press(slider(), 'ArrowRight');
    press(slider(), 'Enter');
    expect(showPart).toHaveBeenCalledWith('snapshot 1');
  });

  it('is saved as numbers', async () => {
    const viewer = show();
    const csv = viewer.activeView!.exports!().find(
      ({ extension }) => extension === 'csv'
    )!;
    const blob = await csv.make();
    const text = await new Promise(resolve => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.readAsText(blob);
    });
    expect(text).toBe(
      [
        'snapshot,time (i),heap,stacks,together',
        '0,0,0,10,10',
        '1,10,500,20,520',
        '2,40,900,30,930',
        '3,100,100,40,140',
        ''
      ].join('\r\n')
    );
  });
});
