import { withCode, withText } from '../../testing/code';
import type { IDisassembly } from '../../model/sources';
import { profileFromText } from '../../testing/profileFromText';
import {
  codeFunctions,
  keptText,
  samplesBehind,
  stretchesOf
} from '../machineCode';

const values = [
  { name: 'cpu', unit: 'ns' },
  { name: 'page-faults', unit: 'count', exact: true }
];
const profile = withCode(
  profileFromText(
    `
    In[5]:2; numpy!dgemm   10/0
    In[5]:2; numpy!dgemm   10/2
    In[5]:2; numpy!sum     10/0
    In[5]:2                10/0
    `,
    { values }
  ),
  [
    { name: 'sum', spent: { 0: 10 } },
    { name: 'dgemm', start: 8192, spent: { 12: [2, 2] } },
    { name: 'dgemm', spent: { 4: 15, 8: 3 } }
  ]
);
const func = (name: string): number =>
  profile.functions.name.indexOf(profile.strings.indexOf(name));

describe('machine code', () => {
  it('of a function is in stretches, costliest first', () => {
    const found = stretchesOf(profile, func('dgemm'), 0);
    expect(found).toEqual([
      {
        row: 2,
        cost: 18,
        byOffset: new Map([
          [4, 15],
          [8, 3]
        ])
      },
      { row: 1, cost: 2, byOffset: new Map([[12, 2]]) }
    ]);
  });

  it('has costs in each value', () => {
    expect(stretchesOf(profile, func('dgemm'), 1)[0].row).toBe(1);
    expect(codeFunctions(profile, 1)).toEqual([
      { func: func('dgemm'), cost: 2 },
      { func: func('sum'), cost: 0 }
    ]);
  });

  it('lists its functions, costliest first', () => {
    expect(codeFunctions(profile, 0)).toEqual([
      { func: func('dgemm'), cost: 20 },
      { func: func('sum'), cost: 10 }
    ]);
  });

  it('is as sure as the samples behind it', () => {
    expect(samplesBehind(profile, 0, 20)).toBeCloseTo(2);
    expect(samplesBehind(profile, 1, 2)).toBe(0);
  });

  it('has the text that was kept of a stretch, with all places of inlined code', () => {
    const text: IDisassembly = {
      files: ['In[5]', '/usr/include/less.h'],
      instructions: [
        ['jne', '+0x4', 4, [[1, 3], [0, 12], [0, 20]], 'less'], // prettier-ignore
        ['mov', 'rax,rdi', -1, [[0, 12]], ''],
        ['ret', '', -1, [], '']
      ].map(([mnemonic, operands, target, places, inlined], at) => ({
        offset: 2 * at,
        mnemonic,
        operands,
        target,
        places,
        inlined
      })) as unknown as IDisassembly['instructions'],
      note: ''
    };
    const kept = keptText(withText(profile, 1, text), 1)!;
    const named = (of: IDisassembly) =>
      of.instructions.map(one => ({
        ...one,
        places: one.places.map(([file, line]) => [of.files[file], line])
      }));
    expect(named(kept)).toEqual(named(text));
    expect(keptText(withText(profile, 1, text), 2)).toBeNull();
    expect(keptText(profile, 1)).toBeNull();
  });

  it('is not there without the tables', () => {
    const none = profileFromText('In[5]:2; numpy!dgemm 10');
    expect(stretchesOf(none, 1, 0)).toEqual([]);
    expect(codeFunctions(none, 0)).toEqual([]);
  });
});
