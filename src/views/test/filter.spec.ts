import { profileFromText } from '../../testing/profileFromText';
import { Viewer } from '../viewer';
import { makeHost } from './host';

const profile = profileFromText(
  `
  In[5]:1; sorted(builtin_sorted); In[2].by_value:8      600
  In[5]:2; numpy!dgemm                                   300
  In[5]:2; numpy!dgemm; kernel!page_fault                100  kernel  [worker]
`,
  { unit: 'ns', quality: { samples: 1000 } }
);

let host: HTMLElement;
let viewer: Viewer;

beforeEach(() => {
  host = makeHost();
  viewer = new Viewer(host, profile);
});

afterEach(() => {
  viewer.dispose();
  host.remove();
});

const input = (): HTMLInputElement =>
  host.querySelector<HTMLInputElement>('.np-Search input')!;

function type(text: string): void {
  input().focus();
  input().value = text;
  input().dispatchEvent(new Event('input', { bubbles: true }));
}

function press(key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', {
    key,
    bubbles: true,
    cancelable: true,
    ...more
  });
  (document.activeElement ?? input()).dispatchEvent(event);
  return event;
}

const chips = (): string[] =>
  [...host.querySelectorAll('.np-Chip')].map(chip =>
    chip.textContent!.replace(/\u00a0/g, ' ')
  );

const options = (): string[] =>
  [...host.querySelectorAll('[role=option]')].map(
    option => option.firstElementChild!.textContent!
  );

const problem = (): string =>
  host.querySelector('.np-Suggest-problem')?.textContent ?? '';

const total = (): number => viewer.context.data.total;

describe('the search box', () => {
  it('marks while one types, and filters by Enter', () => {
    type('by_value');
    expect(host.querySelector('.np-Search-share')!.textContent).toMatch(/^60/);
    expect(total()).toBe(1000);
    press('Enter');
    expect(chips()).toEqual(['“by_value”']);
    expect(total()).toBe(600);
    expect(input().value).toBe('');
    expect(document.activeElement).not.toBe(input());
    expect(host.querySelector('.np-Chips-share')!.textContent).toMatch(
      /^60.% of all is shown$/
    );
  });

  it('offers undo and redo beside the filters', async () => {
    const [undo, redo] = ['Undo (u)', 'Redo (Shift+U)'].map(name =>
      host.querySelector<HTMLElement>(`.np-Chips [title="${name}"]`)!
    );
    expect(undo.closest('[hidden]')).not.toBeNull();
    type('by_value');
    press('Enter');
    await Promise.resolve();
    viewer.state.set({ tab: 'table' });
    await Promise.resolve();
    expect(undo.closest('[hidden]')).toBeNull();
    expect(redo.getAttribute('aria-disabled')).toBe('true');
    undo.focus();
    undo.click();
    expect(viewer.state.value.tab).toBe('summary');
    expect(redo.getAttribute('aria-disabled')).toBe('false');
    undo.click();
    expect(chips()).toEqual([]);
    // The row is gone, and what had the focus with it.
    await Promise.resolve();
    expect(document.activeElement!.closest('.np-View')).not.toBeNull();
  });

  it('narrows with every filter, and takes them back one by one', () => {
    type('module:numpy -category:kernel');
    press('Enter');
    expect(chips()).toEqual(['module numpy', 'not category kernel']);
    expect(total()).toBe(300);
    type('');
    press('Backspace');
    expect(input().value).toBe('-category:kernel');
    expect(chips()).toEqual(['module numpy']);
    expect(total()).toBe(400);
    host.querySelector<HTMLElement>('.np-Chip')!.click();
    expect(host.querySelector<HTMLElement>('.np-Chips')!.hidden).toBe(true);
    expect(total()).toBe(1000);
  });

  it('completes fields and values', () => {
    type('mod');
    expect(options()).toEqual(['module:']);
    press('ArrowDown');
    expect(input().getAttribute('aria-activedescendant')).toBe(
      host.querySelector('[role=option][aria-selected=true]')!.id
    );
    press('Enter');
    expect(input().value).toBe('module:');
    expect(options()).toContain('numpy');
    type('-module:nu');
    press('ArrowDown');
    press('Tab');
    expect(input().value).toBe('-module:numpy ');
    press('Enter');
    expect(chips()).toEqual(['not module numpy']);
    expect(total()).toBe(600);
  });

  it('says what is wrong, and leaves what is shown', () => {
    type('modul:numpy');
    expect(problem()).toMatch(/^There is no “modul:”; there are name, module/);
    expect(input().getAttribute('aria-invalid')).toBe('true');
    press('Enter');
    expect(chips()).toEqual([]);
    expect(total()).toBe(1000);
    expect(input().value).toBe('modul:numpy');
    type('name:nowhere');
    expect(problem()).toBe('Nothing in this profile fits “name:nowhere”.');
    type('module:nu');
    expect(problem()).toBe('');
  });

  it('keeps what is typed as text', () => {
    type('name:<img src=x onerror=alert(1)>');
    press('Enter');
    expect(host.querySelector('img')).toBeNull();
  });

  it('shows a thread that is asked for instead of the one shown alone', () => {
    viewer.state.set({ lane: { kind: 'thread', row: 0 } });
    type('thread:worker');
    press('Enter');
    expect(viewer.state.value.lane).toBeNull();
    expect(total()).toBe(100);
  });
});

describe('undo and redo', () => {
  it('take back and repeat what was chosen, by both pairs of keys', () => {
    viewer.state.set({ tab: 'table' });
    return Promise.resolve().then(async () => {
      type('module:numpy');
      await Promise.resolve();
      press('Enter');
      expect(total()).toBe(400);
      const event = press('z', { ctrlKey: true });
      expect(event.defaultPrevented).toBe(true);
      expect(chips()).toEqual([]);
      expect(input().value).toBe('module:numpy');
      press('u');
      expect(input().value).toBe('');
      press('u');
      expect(viewer.state.value.tab).toBe('summary');
      press('U');
      press('Z', { ctrlKey: true, shiftKey: true });
      press('y', { ctrlKey: true });
      expect(chips()).toEqual(['module numpy']);
      expect(viewer.state.value.tab).toBe('table');
    });
  });

  it('do not reach the notebook, nor a text that is being typed', () => {
    const reached = jest.fn();
    host.addEventListener('keydown', reached);
    type('module');
    const event = press('z', { ctrlKey: true });
    expect(event.defaultPrevented).toBe(false);
    expect(input().value).toBe('module');
    expect(reached).not.toHaveBeenCalled();
  });
});
