import type { IProfile } from '../../../model/profile';
import { withCode, withText } from '../../../testing/code';
import { withLines } from '../../../testing/exactLines';
import {
  exactProfileFromText,
  profileFromText
} from '../../../testing/profileFromText';
import type { IViewerEnv } from '../../env';
import type { IDisassembly } from '../../../model/sources';
import { makeHost, press } from '../../test/host';
import { Viewer } from '../../viewer';

// plotly draws in a real browser only.
jest.mock('../../summary/plotly', () => ({
  react: jest.fn().mockResolvedValue({ on: jest.fn() }),
  purge: jest.fn()
}));

const SOURCE = 'a@a\nzlib.compress(a)';
const cells = [{ name: 'In[5]', prompt: 5, id: null, source: SOURCE }];
const C_CELL = [{ ...cells[0], source: '/* */\n'.repeat(20) }];
const TEXT = `
  In[5]:1; numpy!dgemm@/src/dgemm.c:12   600
  In[5]:2; libz!deflate                  300
  In[5]:2; libz!copy                     100
  `;
const profile = withCode(
  profileFromText(TEXT, { cells, summary: { effective: 1000 } }),
  [
    { name: 'dgemm', spent: { 0: 60, 4: 480, 9: 60 } },
    { name: 'deflate', spent: { 0: 300 } }
  ]
);
const DGEMM: IDisassembly = {
  files: ['/src/dgemm.c', '/src/small.h'],
  instructions: [
    ['mov', 'rax,rdi', -1, [[0, 11]], ''],
    ['vfmadd231pd', 'ymm0,ymm1,ymm2', -1, [[0, 12]], ''],
    [
      'jne',
      '+0x4',
      4,
      [
        [1, 3],
        [0, 12]
      ],
      'less'
    ],
    ['ret', '', -1, [], '']
  ].map(([mnemonic, operands, target, places, inlined], at) => ({
    offset: [0, 4, 9, 11][at],
    mnemonic,
    operands,
    target,
    places,
    inlined
  })) as unknown as IDisassembly['instructions'],
  note: ''
};
const readSource: IViewerEnv['readSource'] = () =>
  Promise.resolve({
    text: Array.from({ length: 14 }, (_, i) => `/* ${i + 1} */`).join('\n'),
    modified: 0
  });

let host: HTMLElement;
let viewer: Viewer | null = null;

beforeEach(() => {
  host = makeHost();
});

afterEach(() => {
  viewer?.dispose();
  host.remove();
});

function settled(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 50));
}

const named = (name: string): number =>
  profile.functions.name.indexOf(profile.strings.indexOf(name));

/** A viewer that shows a function's instructions beside its source. */
async function make(
  selection: number,
  env: IViewerEnv = {},
  of: IProfile = profile
): Promise<Viewer> {
  viewer = new Viewer(host, of, { readSource, ...env });
  viewer.state.set({ tab: 'source', instructions: true });
  viewer.state.set({ selection });
  await settled();
  return viewer;
}

const one = (selector: string): HTMLElement => host.querySelector(selector)!;
const rows = (): HTMLElement[] => [
  ...host.querySelectorAll<HTMLElement>('.np-Asm-row')
];
const texts = (): string[] =>
  rows().map(row =>
    [...row.children].map(cell => cell.textContent!.trim()).join('|')
  );
const current = (): string =>
  one('.np-Asm-row.np-mod-active .np-Asm-offset').textContent!;
const note = (): string => one('.np-Asm-note').textContent!;

describe('instructions beside the source', () => {
  const readCode = (): Promise<IDisassembly> => Promise.resolve(DGEMM);

  it('have their share of the function, with its interval, and their line', async () => {
    await make(named('dgemm'), { readCode });
    expect(texts().map(text => text.replace(/\s/g, ' '))).toEqual([
      '10 % ±2|11|+0|movrax,rdi',
      '80 % ±3|12|+4|vfmadd231pdymm0,ymm1,ymm2',
      '10 % ±2|3|+9|jne+0x4less',
      '||+b|ret'
    ]);
    expect(one('.np-Asm-caption').textContent).toContain('dgemm');
    expect(one('.np-Asm-note').hidden).toBe(true);
    // The costliest is current.
    expect(current()).toBe('+4');
  });

  it('are asked for by library, build and place, once', async () => {
    const readCode = jest.fn().mockResolvedValue(DGEMM);
    const { state } = await make(named('dgemm'), { readCode });
    state.set({ foldPlumbing: false });
    await settled();
    expect(readCode.mock.calls).toEqual([
      [{ path: '/lib/numpy.so', symbol: 'dgemm', build: 'c0ffee', start: 4096 }]
    ]);
  });

  it('and lines lead to each other, inlined ones to both of theirs', async () => {
    const { state } = await make(named('dgemm'), { readCode });
    const line = (number: number): HTMLElement =>
      one(`.np-Source-row[data-at="${number - 1}"]`);
    line(11).click();
    expect(current()).toBe('+0');
    line(12).click();
    expect(current()).toBe('+4');
    const linked = [...host.querySelectorAll('.np-Asm-row.np-mod-linked')];
    expect(linked.map(row => (row as HTMLElement).dataset.at)).toEqual([
      '1',
      '2'
    ]);
    rows()[0].click();
    expect(
      one('.np-Source-row.np-mod-active .np-Source-number').textContent
    ).toBe('11');
    rows()[2].click();
    expect(state.value.line).toMatchObject({ line: 12 });
    expect(state.value.selection).toBe(named('dgemm'));
  });

  it('are travelled by keys, jumps too', async () => {
    await make(named('dgemm'), { readCode });
    const grid = one('.np-Asm-grid');
    press(grid, 'End');
    expect(current()).toBe('+b');
    press(grid, 'ArrowUp');
    expect(current()).toBe('+9');
    expect(host.querySelectorAll('.np-Asm path.np-mod-active')).toHaveLength(2);
    press(grid, 'Enter');
    expect(current()).toBe('+4');
    press(grid, 'n');
    expect(current()).toBe('+9');
    press(grid, 'n');
    expect(current()).toBe('+0');
    press(grid, 'N');
    expect(current()).toBe('+9');
    press(grid, 'd');
    expect(viewer!.state.value.instructions).toBe(false);
    expect(one('.np-Asm').hidden).toBe(true);
  });

  it('without a server are the addresses that were sampled', async () => {
    await make(named('dgemm'));
    expect(texts().map(text => text.replace(/\s/g, ' '))).toEqual([
      '10 % ±2||+0|(not at hand)',
      '80 % ±3||+4|(not at hand)',
      '10 % ±2||+9|(not at hand)'
    ]);
    expect(note()).toContain('no Jupyter server here to read /lib/numpy.so');
  });

  it('that cannot be read are asked for anew, and say why', async () => {
    const readCode = jest
      .fn()
      .mockRejectedValueOnce(new Error('objdump is missing. Install it.'))
      .mockResolvedValue(DGEMM);
    const { state } = await make(named('dgemm'), { readCode });
    expect(note()).toBe('objdump is missing. Install it.');
    state.set({ foldPlumbing: false });
    await settled();
    expect(rows()).toHaveLength(4);
  });

  it('say where samples lie between them', async () => {
    const instructions = DGEMM.instructions.filter(
      ({ offset }) => offset !== 4
    );
    await make(named('dgemm'), {
      readCode: () => Promise.resolve({ ...DGEMM, instructions })
    });
    expect(note()).toMatch(/80\s% of its cost was sampled at addresses where/);
  });

  it('of a function without source stand alone', async () => {
    await make(named('deflate'), {
      readCode: () =>
        Promise.resolve({
          files: [],
          instructions: [{ ...DGEMM.instructions[3], offset: 0 }],
          note: 'No lines.'
        })
    });
    expect(one('.np-Source-grid').hidden).toBe(true);
    expect(note()).toBe('No lines.');
    expect(one('.np-Source-picker').textContent).toBe('deflate');
    one('.np-Source-picker').click();
    const entries = [...host.querySelectorAll('[role^="menuitem"]')];
    expect(entries.at(-1)!.textContent).toMatch(/deflate.*30\s%/);
  });

  it('offers native functions where Python is shown', async () => {
    const { state } = await make(-1, { readCode });
    expect(note()).toContain('Python has no machine code');
    const offered = [...host.querySelectorAll<HTMLElement>('.np-Asm button')];
    expect(offered.map(button => button.textContent)).toEqual([
      expect.stringMatching(/dgemmnumpy60\s%/),
      expect.stringMatching(/deflatelibz30\s%/)
    ]);
    offered[0].click();
    await settled();
    expect(state.value.selection).toBe(named('dgemm'));
    expect(rows()).toHaveLength(4);
  });

  it('say why a function has none', async () => {
    await make(named('copy'), { readCode });
    expect(note()).toContain('less than 0.5 % was measured in it itself');
    viewer!.dispose();
    await make(2, { readCode }, profileFromText(TEXT, { cells }));
    expect(note()).toContain('does not tell at which instructions');
  });

  it('of a function of another name stay text', async () => {
    const hostile = '<img src=x onerror=alert(1)>\u202e';
    await make(named('dgemm'), {
      readCode: () =>
        Promise.resolve({
          ...DGEMM,
          instructions: DGEMM.instructions.map(one => ({
            ...one,
            operands: hostile,
            inlined: hostile
          }))
        })
    });
    expect(host.querySelector('img')).toBeNull();
    expect(one('.np-Asm').textContent).not.toContain('\u202e');
  });

  it('without source are pointed to', async () => {
    const { state } = await make(named('deflate'), { readCode });
    state.set({ instructions: false });
    await settled();
    expect(one('.np-Source > .np-Source-note').textContent).toContain(
      'Its instructions are there (d)'
    );
  });

  it.each([
    ['dgemm', false],
    ['deflate', true],
    ['copy', false]
  ])('are gone to from other views by a key: %s %s', async (name, shown) => {
    const revealLine = jest.fn();
    viewer = new Viewer(host, profile, { readSource, readCode, revealLine });
    viewer.state.set({ tab: 'table', selection: named(name) });
    await settled();
    press(one('.np-Viewer'), 'o');
    await settled();
    expect(viewer.state.value).toMatchObject({
      tab: 'source',
      instructions: shown
    });
    expect(revealLine).not.toHaveBeenCalled();
  });

  it('leave a line of a cell to its notebook', async () => {
    const revealLine = jest.fn().mockResolvedValue('');
    viewer = new Viewer(host, profile, { readSource, revealLine });
    const func = named('<module>');
    const file = profile.functions.file[func];
    const line = { func, file, line: 2 };
    viewer.state.set({ tab: 'table', selection: func, line });
    await settled();
    press(one('.np-Viewer'), 'o');
    expect(revealLine).toHaveBeenCalledWith('In[5]', 2);
    expect(viewer.state.value.tab).toBe('table');
  });

  it('leave profiles without stacks alone', async () => {
    await make(-1, {}, exactProfileFromText('f 1 2 3'));
    expect(host.querySelector('.np-Asm')).toBeNull();
  });
});

describe('instructions that were counted', () => {
  const exactly = (name: string) => ({ name, unit: 'count', exact: true });
  const FUNCTIONS = `
    numpy!dgemm@/src/dgemm.c:12   10  600  700
    numpy!copy@/src/dgemm.c:2     20  100  100
    `;
  const lined = withLines(
    exactProfileFromText(FUNCTIONS, {
      values: [exactly('Ir'), exactly('D1mr')],
      summary: { totals: [700, 9] }
    }),
    {
      lines: ['dgemm /src/dgemm.c:12 600/9'],
      calls: ['dgemm /src/dgemm.c:12 copy 20 100/0'],
      jumps: ['dgemm /src/dgemm.c:12-11 70 80']
    }
  );
  const spent = { 0: [60, 0], 4: [480, 9], 9: [60, 0] };
  const counted: IProfile = {
    ...withCode(lined, [{ name: 'dgemm', spent }]),
    callSites: {
      ...lined.callSites!,
      code: Int32Array.of(0),
      offset: Float64Array.of(4)
    },
    jumps: {
      ...lined.jumps!,
      code: Int32Array.of(0),
      offset: Float64Array.of(9),
      toCode: Int32Array.of(0),
      toOffset: Float64Array.of(0)
    }
  };
  const dgemm = lined.functions.name.indexOf(lined.strings.indexOf('dgemm'));
  // Where an indirect jump leads, the disassembler does not know.
  const indirect = {
    ...DGEMM,
    instructions: DGEMM.instructions.map(one => ({ ...one, target: -1 }))
  };
  const readCode = (): Promise<IDisassembly> => Promise.resolve(indirect);

  it('have exact shares, jumps that were taken, and whom they call', async () => {
    await make(dgemm, { readCode }, counted);
    expect(texts().map(text => text.replace(/\s/g, ' '))).toEqual([
      '10 %|11|+0|movrax,rdi',
      '80 %|12|+4|vfmadd231pdymm0,ymm1,ymm2copy ×20',
      '10 %|3|+9|jne+0x4taken 70 of 80 timesless',
      '||+b|ret'
    ]);
    expect(one('.np-Asm-caption').textContent).toContain('counted');
    expect(one('.np-Asm').textContent).not.toContain('late');
    const grid = one('.np-Asm-grid');
    press(grid, 'ArrowDown');
    press(grid, 'Enter');
    expect(current()).toBe('+0');
  });

  it('have a column for each value, if asked for', async () => {
    const { state } = await make(dgemm, { readCode }, counted);
    state.set({ allValues: true });
    await settled();
    const titles = [...host.querySelectorAll('.np-Asm-values')];
    expect(titles.map(({ textContent }) => textContent)).toEqual([
      'IrD1mr',
      '60',
      '4809',
      '60',
      ''
    ]);
  });

  it('of a program that a cell was compiled to have the text that was kept', async () => {
    await make(dgemm, {}, withText(counted, 0, indirect));
    const kept = texts();
    const keptNote = one('.np-Asm-note').hidden;
    viewer!.dispose();
    await make(dgemm, { readCode }, counted);
    expect(kept).toEqual(texts());
    expect(keptNote).toBe(true);
    expect(kept[2]).toContain('less');
  });

  it('are those of the costliest function of a cell of C, with nothing selected', async () => {
    const cell = withText({ ...counted, cells: C_CELL }, 0, indirect);
    const strings = cell.strings.map(text =>
      text.endsWith('dgemm.c') || text === '/lib/numpy.so' ? 'In[5]' : text
    );
    await make(-1, {}, { ...cell, strings });
    expect(one('.np-Asm-caption').textContent).toContain('dgemm');
    expect(rows()).toHaveLength(4);
  });

  it('of a program that a cell was compiled to may have no text', async () => {
    const strings = counted.strings.map(text =>
      text === '/lib/numpy.so' ? 'In[5]' : text
    );
    await make(dgemm, { readCode }, { ...counted, cells, strings });
    expect(note()).toContain('In[5] was compiled to is gone');
    expect(rows()).toHaveLength(3);
  });

  it('say what is missing where there are no addresses', async () => {
    await make(dgemm, { readCode }, { ...lined, code: null });
    expect(note()).toContain('--dump-instr=yes');
  });
});
