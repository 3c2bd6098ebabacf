import { profileFromText } from '../../testing/profileFromText';
import { decode } from '../../format/decode';
import type { IProfile } from '../../model/profile';
import { stackView } from '../filter';
import { NO_FILTER, type IStackView } from '../stackView';
import {
  lineReasons,
  type IReasonedLine,
  type IReasonedLines
} from '../lineReasons';
import { parseQuery } from '../query';
import { stackLines } from '../stackLines';

/** Profiles that the perf engine recorded (samples/reasons.py), and what they are to say. */
const recorded = jest.requireActual<
  Record<
    string,
    {
      readonly causes: readonly string[];
      readonly line: number;
      readonly profile: unknown;
    }
  >
>('./samples/reasons.json');

const reasonsIn = (profile: IProfile, view: IStackView): IReasonedLines =>
  lineReasons(profile, view, stackLines(profile, true), 12);

const reasons = (profile: IProfile): readonly IReasonedLine[] =>
  reasonsIn(profile, stackView(profile)).lines;

/** `file:line cost: cause share, …` of each line. */
function outline(profile: IProfile): string[] {
  return reasons(profile).map(({ file, line, cost, causes }) => {
    const told = causes.map(cause => `${cause.cause} ${cause.cost}`);
    return `${profile.strings[file]}:${line} ${cost}: ${told.join(', ')}`;
  });
}

describe('reasons of recorded programs', () => {
  it.each(Object.keys(recorded))('%s', async name => {
    const { causes, line, profile } = recorded[name];
    const decoded = await decode(profile);
    const found = reasons(decoded).find(
      row => row.line === line || row.cell?.line === line
    )!;
    // How busy the machine was is no doing of the program.
    const own = found.causes.filter(({ cause }) => cause !== 'queued');
    const cost = own.reduce((sum, cause) => sum + cause.cost, 0);
    expect(own[0].cause).toBe(causes[0]);
    const worthAWord = own
      .filter(cause => cause.cost >= 0.2 * cost)
      .map(({ cause }) => cause);
    expect(worthAWord).toEqual(expect.arrayContaining([...causes]));
  });
});

describe('lineReasons', () => {
  it('tells bytecode, C functions, libraries and conversion apart', () => {
    const profile = profileFromText(`
      In[5]:1; ~python!_PyEval_EvalFrameDefault                    3  python
      In[5]:1; ~python!_PyEval_EvalFrameDefault; python!long_add   2  python
      In[5]:2; list.sort(list_sort); python!unicode_compare        9  builtin
      In[5]:3; numpy!array_matmul; blas!cblas_dgemm; blas!kernel   8
      In[5]:4; ndarray.tolist(array_tolist); python!PyFloat        7  extension
      In[5]:4; ndarray.tolist(array_tolist); kernel!page_fault     6  kernel
    `);
    expect(outline(profile)).toEqual([
      'In[5]:4 13: conversion 13',
      'In[5]:2 9: call 9',
      'In[5]:3 8: extension 8',
      'In[5]:1 5: python 5'
    ]);
    const blas = reasons(profile)[2].causes[0];
    const { functions, strings } = profile;
    expect(strings[functions.name[blas.func]]).toBe('cblas_dgemm');
    expect(blas.funcShare).toBe(1);
  });

  it('counts memory of objects that hold others, not that of numbers', () => {
    const profile = profileFromText(`
      In[5]:1; python!_PyLong_New; python!_PyObject_Malloc           5  python
      In[5]:1; python!long_dealloc; python!_PyObject_Free            1  python
      In[5]:2; python!PyList_New; python!_PyObject_Malloc            4  python
      In[5]:2; python!insertdict; python!list_dealloc; python!_free  3  python
      In[5]:3; numpy!empty; kernel!__x64_sys_munmap                  2  kernel
    `);
    expect(outline(profile)).toEqual([
      'In[5]:2 7: allocation 7',
      'In[5]:1 6: python 6',
      'In[5]:3 2: allocation 2'
    ]);
  });

  it('tells what the kernel does, by its own names or by the call', () => {
    const profile = profileFromText(`
      In[5]:1; numpy!copyto; kernel!asm_exc_page_fault; kernel!clear_page_erms  9  kernel
      In[5]:2; posix.write(os_write); libc!write; kernel!ksys_write             8  kernel
      In[5]:3; posix.write(os_write); libc!write; kernel!0xff                   7  kernel
      In[5]:4; time.time(time_time); kernel!0xff                                6  kernel
    `);
    expect(outline(profile)).toEqual([
      'In[5]:1 9: faults 9',
      'In[5]:2 8: io 8',
      'In[5]:3 7: io 7',
      'In[5]:4 6: kernel 6'
    ]);
  });

  it('charges an import to its statement, machinery and all', () => {
    const profile = profileFromText(`
      In[5]:1; importlib._find_and_load:9; numpy.<module>:3                   4
      In[5]:1; python!PyImport_ImportModuleLevelObject; m:2; kernel!vfs_read  3  kernel
      In[5]:2; f:7; importlib._find_and_load:9; n:4                2
    `);
    const rows = outline(profile);
    expect(rows.at(-1)).toBe('m.py:7 2: import 2');
    expect(rows[0]).toBe('In[5]:1 7: import 7');
  });

  it('adds what the own thread waited to CPU time, as the header does', () => {
    const profile = profileFromText(
      `
      In[5]:1; f:2                                      6/6
      In[5]:1; time.sleep(sleep); kernel!off            0/9  sleep
      In[5]:3; kernel!off                               0/2  queued
      In[5]:3                                           1/1
      work:4                                            5/5  python  [worker]
      work:4; kernel!off                                0/7  gil     [worker]
      work:4; kernel!off                                0/90 lock    [worker]
    `,
      {
        values: [
          { name: 'cpu', unit: 'ns' },
          { name: 'wall', unit: 'ns' }
        ]
      }
    );
    expect(outline(profile)).toEqual([
      'In[5]:1 9: sleep 9',
      'm.py:2 6: python 6',
      'm.py:4 5: python 5',
      // Waiting for a CPU is no doing of the line's: last, however long.
      'In[5]:3 3: python 1, queued 2'
    ]);
    const found = reasonsIn(profile, stackView(profile));
    expect(found.withWaiting).toBe(true);
    expect(found.precision.total).toBe(23);
    expect(found.lines.map(({ measured }) => measured)).toEqual([9, 0, 0, 2]);
    expect(found.lines[2].othersGil).toBe(7);
    const part = { ...NO_FILTER, lane: { kind: 'thread', row: 0 } } as const;
    const own = reasonsIn(profile, stackView(profile, part));
    expect(own.withWaiting).toBe(false);
    expect(own.precision.total).toBe(7);
  });

  it('follows the filter as the view does', () => {
    const profile = profileFromText(`
      In[5]:1; f:2                3
      In[5]:1; f:2; numpy!dot     5
      In[5]:3; numpy!dot          7
    `);
    const kept = (query: string): [number, string[]] => {
      const { conditions } = parseQuery(query);
      const view = stackView(profile, { ...NO_FILTER, conditions });
      const { lines } = reasonsIn(profile, view);
      return [
        view.total,
        lines.map(({ line, cost }) => `${line} ${cost.toFixed(1)}`)
      ];
    };
    expect(kept('name:dot')).toEqual([12, ['3 7.0', '2 5.0']]);
    expect(kept('-name:dot')).toEqual([3, ['2 3.0']]);
    // A stretch of time counts what lies in it.
    const [total, lines] = kept('time:0s-1.5µs');
    const sum = lines.reduce((sum, text) => sum + Number(text.slice(2)), 0);
    expect(sum).toBeGreaterThan(0);
    expect(Math.abs(sum - total)).toBeLessThan(0.1);
  });

  it('says for which line of a cell another file’s line ran, and who called it', () => {
    const profile = profileFromText(
      `
      In[5]:2; sorted(builtin_sorted); key:7  5
      In[5]:1; key:7                          1
    `,
      {
        cells: [
          { name: 'In[5]', prompt: 5, id: null, source: 'a\nfor x in y: b' }
        ]
      }
    );
    const [line] = reasons(profile);
    expect(line).toMatchObject({ line: 7, callerCost: 5, inLoop: false });
    expect(line.cell).toMatchObject({ line: 2, text: 'for x in y: b' });
  });

  it('charges what a library does to the line of the reader’s own that called it', () => {
    const profile = profileFromText(`
      In[5]:1; pd.apply@/x/site-packages/pd.py:7                                        4
      In[5]:1; pd.apply@/x/site-packages/pd.py:7; pd.sort@/x/site-packages/pd.py:9      5
      In[5]:1; pd.apply@/x/site-packages/pd.py:7; np!sort                               3
      In[5]:1; pd.apply@/x/site-packages/pd.py:7; In[5].key:2                           2
      pool.idle@/usr/lib/python3.13/pool.py:5                                           1
    `);
    expect(outline(profile)).toEqual([
      'In[5]:1 12: library 9, extension 3',
      'In[5]:2 2: python 2',
      // Nothing of the reader's own is above it.
      '/usr/lib/python3.13/pool.py:5 1: python 1'
    ]);
    const [line, key] = reasons(profile);
    const { functions, strings } = profile;
    expect(strings[functions.name[line.causes[0].func]]).toBe('apply');
    expect(line.library).toMatchObject({ line: 7 });
    expect(key.library).toBeNull();
  });

  it('shows nothing where nothing was measured', () => {
    const empty = profileFromText('');
    const found = reasonsIn(empty, stackView(empty));
    expect(found.lines).toEqual([]);
  });
});
