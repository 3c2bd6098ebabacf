/** Several events of an exact engine, and values that the user defines. */
import { exactProfileFromText } from '../../testing/profileFromText';
import type { IProfile } from '../../model/profile';
import { Derived } from '../derived';
import { firstState } from '../firstState';
import { packState, unpackState } from '../keptState';
import { Viewer } from '../viewer';
import { makeHost, press } from './host';

const profile = exactProfileFromText(
  `
  f        1  100/0   400/900
  m!g      2  300/900 300/900
  m!h     -1  0/0     30/3
  f > m!g  2  300/900 300/900
`,
  {
    values: [
      { name: 'Ir', unit: 'count', exact: true, title: 'Instruction Fetch' },
      { name: 'Bm', unit: 'count', exact: true }
    ],
    summary: { unit: 'count', total: 400, totals: [400, 900] },
    meta: { engine: 'callgrind' }
  }
);

let host: HTMLElement;
let viewer: Viewer;

beforeEach(() => {
  host = makeHost();
  viewer = new Viewer(host, profile);
});

afterEach(() => host.remove());

const find = (selector: string): HTMLElement =>
  host.querySelector<HTMLElement>(selector)!;
const entries = (): HTMLElement[] => [
  ...host.querySelectorAll<HTMLElement>('.np-Menu button')
];
const names = (): (string | null)[] =>
  entries().map(entry => entry.textContent);
const cells = (): string[][] =>
  [...host.querySelectorAll('.np-Grid-row')].map(row =>
    [...row.children].map(cell => cell.textContent ?? '')
  );

function openBox(): void {
  press(viewer.node, 'v');
  entries().at(-1)!.click();
}

function add(name: string, text: string): void {
  const [first, second] =
    host.querySelectorAll<HTMLInputElement>('.np-Formulas input');
  first.value = name;
  second.value = text;
  find('.np-Formulas form').dispatchEvent(
    new Event('submit', { bubbles: true, cancelable: true })
  );
}

it('offers each event by its title and its name', () => {
  press(viewer.node, 'v');
  expect(names()).toEqual(['✓ Instruction Fetch Ir', '\u2003 Bm', 'Formulas…']);
  entries()[1].click();
  viewer.state.set({ tab: 'table' });
  const [first] = cells();
  expect(first.slice(0, 5)).toEqual([
    'g',
    '900',
    '100\u00a0%',
    '900',
    '100\u00a0%'
  ]);
  expect(find('.np-mod-value').textContent).toBe('Bm');
});

it('shows that calls were not counted, which is not none', () => {
  viewer.state.set({ tab: 'table' });
  const calls = cells().map(([name, , , , , calls]) => [name, calls]);
  expect(calls).toEqual([
    ['g', '2'],
    ['f', '1'],
    ['h', '–']
  ]);
});

it('adds a formula, which is shown, kept, sent and undone', () => {
  openBox();
  expect(document.activeElement).toBe(find('.np-Formulas input'));
  add('cost', 'Ir + 2 Bm');
  expect(find('.np-Formulas')).toBeNull();
  const { state } = viewer;
  expect(state.value.value).toBe(2);
  expect(find('.np-mod-value').textContent).toBe('cost');
  state.set({ tab: 'table' });
  expect(cells()[0].slice(0, 5)).toEqual([
    'g',
    '2,100',
    '95\u00a0%',
    '2,100',
    '95\u00a0%'
  ]);
  const first = firstState(profile).value;
  const packed: unknown = JSON.parse(
    JSON.stringify(packState(state.value, first))
  );
  expect(unpackState(profile, packed, first)).toMatchObject({
    formulas: [{ name: 'cost', text: 'Ir + 2 Bm' }],
    value: 2
  });
  state.set({ tab: 'summary' });
  viewer.commands.undo();
  viewer.commands.undo();
  viewer.commands.undo();
  expect(state.value).toMatchObject({ formulas: [], value: 0 });
});

it('shows a formula that was written anew', () => {
  const cost = (text: string): string => {
    const formulas = [{ name: 'cost', text }];
    viewer.state.set({ tab: 'table', formulas, value: 2 });
    return cells()[0][1];
  };
  expect([cost('Ir + 2 Bm'), cost('Ir + Bm')]).toEqual(['2,100', '1,200']);
});

it.each([
  ['', 'Ir', 'Give it a name'],
  ['Bm', 'Ir', 'already a value called “Bm”'],
  ['x', 'Ir + Foo', 'There is no event “Foo”.'],
  ['x', 'Ir / 2', 'A formula is a sum of events with factors'],
  ['x', 'Ir - Bm', 'negative for some functions']
])('says what is wrong with %j = %j', (name, text, said) => {
  openBox();
  add(name, text);
  expect(find('[role=alert]').textContent).toContain(said);
  expect(viewer.state.value.formulas).toEqual([]);
});

it('takes a formula away with what is made of it', () => {
  for (const [name, text] of [
    ['a', 'Ir + Bm'],
    ['b', '2 a'],
    ['c', '3 Bm']
  ]) {
    openBox();
    add(name, text);
  }
  expect(viewer.state.value.value).toBe(4);
  openBox();
  find('[aria-label="Remove a"]').click();
  const { formulas, value } = viewer.state.value;
  expect(formulas).toEqual([{ name: 'c', text: '3 Bm' }]);
  expect(value).toBe(2);
  expect(find('.np-Formulas li').textContent).toContain('c = 3 Bm');
  press(find('.np-Formulas'), 'Escape');
  expect(find('.np-Formulas')).toBeNull();
});

it('compares by a formula what has its events', () => {
  const state = {
    ...firstState(profile).value,
    formulas: [{ name: 'cost', text: 'Ir + 2 Bm' }],
    value: 2
  };
  const costs = (other: IProfile): readonly [string, number][] => {
    const run = { key: 'other', label: '', file: '' };
    const compare = { ...state.compare, runs: [run] };
    const { values, totals } = new Derived(
      profile,
      { value: { ...state, compare } },
      new Map([['other', other]])
    ).comparison;
    return values.map(({ name }, at) => [name, totals[at]]);
  };
  expect(costs(profile)).toEqual([
    ['cost', 2200],
    ['cost', 2200]
  ]);
  const [first] = profile.values;
  expect(costs({ ...profile, values: [first] })).toEqual([
    ['Ir', 400],
    ['Ir', 400]
  ]);
});

it.each([
  [{ formulas: 7, value: 2 }, { formulas: [] }],
  [{ formulas: [{ name: 'x', text: 'no' }], value: 2 }, { formulas: [] }],
  [{ value: 2 }, {}]
])('leaves out of %j what does not fit', (packed, expected) => {
  const first = firstState(profile).value;
  expect(unpackState(profile, packed, first)).toEqual(expected);
});
