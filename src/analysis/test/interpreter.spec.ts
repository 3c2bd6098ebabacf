import {
  exactProfileFromText,
  profileFromText
} from '../../testing/profileFromText';
import { stackView } from '../filter';
import { functionGroups } from '../functionGroups';
import { groupLabel } from '../groups';
import { hasInterpreter } from '../interpreter';
import { interpreterMap, type IInterpreterMap } from '../interpreterMap';
import { OTHER, partOf } from '../interpreterParts';
import { NO_FILTER } from '../stackView';
import type { IProfile } from '../../model/profile';

/** Functions of real builds by source file (samples/symbols.py). */
const SYMBOLS = jest.requireActual<Record<string, string>>(
  './samples/cpythonSymbols.json'
);

const UNFOLDED = { ...NO_FILTER, foldPlumbing: false };

function mapOf(profile: IProfile, value = 0): IInterpreterMap {
  return interpreterMap(profile, stackView(profile, UNFOLDED, value));
}

function outline({ parts }: IInterpreterMap, profile: IProfile): string[] {
  const { strings, functions } = profile;
  return parts.map(({ label, value, functions: costs }) => {
    const names = costs.map(
      ({ func, value }) => `${strings[functions.name[func]]} ${value}`
    );
    return `${label} ${value}: ${names.join(', ')}`;
  });
}

describe('parts of CPython', () => {
  it('knows functions by their files, and without these by their names', () => {
    let all = 0;
    let unknown = 0;
    const same = { names: 0, of: 0 };
    for (const [file, names] of Object.entries(SYMBOLS)) {
      for (const name of names.split(' ')) {
        const byFile = partOf(name, `/src/Python-3.12.1/${file}`);
        const byName = partOf(name, '');
        all++;
        unknown += byFile === OTHER ? 1 : 0;
        if (byName !== OTHER) {
          same.of++;
          same.names += byName === byFile ? 1 : 0;
        }
      }
    }
    expect(all).toBeGreaterThan(800);
    expect(unknown / all).toBeLessThan(0.01);
    // What a name tells is right; some tell nothing.
    expect(same.names / same.of).toBeGreaterThan(0.96);
    expect(same.of / all).toBeGreaterThan(0.87);
  });

  it.each([
    ['_PyEval_EvalFrameDefault', 'Evaluator'],
    ['_PyEval_EvalFrameDefault.cold', 'Evaluator'],
    ["_PyEval_EvalFrameDefault'2", 'Evaluator'],
    ['take_gil', 'GIL and threads'],
    ['PyEval_RestoreThread', 'GIL and threads'],
    ['_PyObject_Malloc', 'Object allocation'],
    ['_PyObject_GenericGetAttrWithDict', 'Attributes, methods and types'],
    ['PyObject_RichCompare', 'Operators and protocols'],
    ['_PyFunction_Vectorcall', 'Calls and frames'],
    ['dict_dealloc', 'Reference counts, deallocation'],
    ['dict_traverse', 'Garbage collection'],
    ['_Py_dict_lookup', 'Dictionaries and sets'],
    ['my_own_function', OTHER]
  ])('%s is of %s', (name, part) => {
    expect(partOf(name, '')).toBe(part);
  });
});

describe('the map of CPython', () => {
  it('has each sample in the part of its leaf, what runs elsewhere not', () => {
    const profile = profileFromText(`
      In[1]; ~python3.12!_PyEval_EvalFrameDefault                          5
      In[1]; ~python3.12!_PyEval_EvalFrameDefault; python3.12!dict_merge   4
      In[1]; python3.12!dict_merge; libc!memcpy; kernel!page_fault         3
      In[1]; python3.12!dict_merge; libc!memcpy                            2
      In[1]; ~python3.12!PyObject_Call; numpy!dot                         30
      In[1]; ~python3.12!PyObject_Call; numpy!dot; libc!memcpy            10
      In[1]                                                                7
      In[1]; python3.12!_PyObject_Malloc; python3.12!list_new              1  gc
    `);
    const map = mapOf(profile);
    expect(outline(map, profile)).toEqual([
      'Evaluator 12: <module> 7, _PyEval_EvalFrameDefault 5',
      'C library and system below 5: page_fault 3, memcpy 2',
      'Dictionaries and sets 4: dict_merge 4',
      'Garbage collection 1: list_new 1'
    ]);
    expect(map.value).toBe(22);
    expect(mapOf(profileFromText('In[1]; numpy!dot 1')).parts).toEqual([]);
  });

  it('counts what is waited for only where that is the GIL', () => {
    const profile = profileFromText(`
      In[1]; python3.12!take_gil; libc!futex; kernel!futex  4  gil
      In[1]; python3.12!lock_acquire; kernel!futex          9  lock
    `);
    expect(outline(mapOf(profile), profile)).toEqual([
      'GIL and threads 4: futex 4'
    ]);
  });

  it('takes what an exact engine counted, and of the C library what CPython called', () => {
    const profile = exactProfileFromText(`
      python3.12!list_append                    1  5  25
      python3.12!list_append > libc!realloc     1  0  20
      f > libc!memcpy                           1  0  3
      f                                         1  9  12
      libc!memcpy                               1  3  3
      numpy!dot > libc!realloc                  1  0  10
      python3.12!list_append > libc!qsort       1  0  10
      libc!qsort > python3.12!unsafe_compare    1  0  6
      libc!realloc                              2  30 30
      libc!qsort                                1  4  10
      python3.12!unsafe_compare                 1  6  6
    `);
    expect(outline(mapOf(profile), profile)).toEqual([
      'C library and system below 23: realloc 20, memcpy 3',
      'Lists and tuples 11: unsafe_compare 6, list_append 5',
      'Evaluator 9: f 9'
    ]);
  });

  it('knows functions by their source files where no library is told', () => {
    const profile = profileFromText(`
      In[1]; python3.12!dumps@/build/Python-3.12/Modules/_json.c:9  3
      In[1]; x!dot@/numpy/core/dot.c:9                              1
    `);
    profile.functions.file.fill(-1);
    expect(outline(mapOf(profile), profile)).toEqual([
      'Standard library in C 3: dumps 3'
    ]);
  });

  it('has no parts where the interpreter is known as a whole alone', () => {
    const profile = profileFromText(`
      In[1]; python3.12!python3.12.so  3
      In[1]; x!dot                  1
    `);
    expect(hasInterpreter(profile)).toBe(false);
  });

  it('groups a table: parts of CPython, modules of all else', () => {
    const profile = profileFromText(`
      In[1]; python3.12!dict_merge  4
      In[1]; python3.12!dict_get    2
      In[1]; python3.12!long_add    1
      In[1]; numpy!dot              8
    `);
    expect(hasInterpreter(profile)).toBe(true);
    const view = stackView(profile, UNFOLDED);
    const { of, inclusive } = functionGroups(profile, view, 'interpreter');
    const costs = Array.from(of, (group, func) => [
      groupLabel(profile, 'interpreter', func),
      inclusive[group]
    ]);
    expect(costs).toEqual([
      ['In[1]', 15],
      ['Dictionaries and sets', 6],
      ['Dictionaries and sets', 6],
      ['Integers', 1],
      ['numpy', 8]
    ]);
  });
});
