import { profileFromText } from '../../testing/profileFromText';
import {
  functionLabel,
  functionTitle,
  moduleKey,
  moduleLabel,
  placeLabel,
  sourceLabel
} from '../names';
import { shortSymbol } from '../symbols';

const profile = profileFromText(`
  In[5]:3; In[5].f.<locals>.g:7; m.<module>:1; list.sort(list_sort) 1
  numpy!scipy_cblas_dgemm64_; kernel!do_syscall_64  1
`);
const rows = Array.from(profile.functions.name.keys());

describe('names', () => {
  it('labels functions as people say them', () => {
    expect(rows.map(func => functionLabel(profile, func))).toEqual([
      'In[5]',
      'f.<locals>.g',
      '<module>',
      'list.sort',
      'cblas_dgemm',
      'do_syscall_64'
    ]);
  });

  it('tells the full truth in the title', () => {
    expect(rows.map(func => functionTitle(profile, func))).toEqual([
      '<module>\nIn[5]',
      'f.<locals>.g\nIn[5]',
      '<module>\nm.py',
      'list_sort\nlist.sort in Python\n/lib/libpython.so',
      'scipy_cblas_dgemm64_\n/lib/numpy.so',
      'do_syscall_64\n[kernel]'
    ]);
  });

  it('knows the source of native functions, and what is inlined', () => {
    const native = profileFromText(`
      numpy!dgemm@blas/dgemm.c:12; ^numpy!dot@dot.h:7   1
      numpy!dgemm@blas/dgemm.c:14; numpy!copy           1
      ^numpy!copy                                       1
    `);
    native.functions.line[0] = 10;
    const all = [0, 1, 2];
    expect(all.map(func => functionLabel(native, func))).toEqual([
      'dgemm',
      'dot (inlined)',
      'copy'
    ]);
    expect(all.map(func => placeLabel(native, func))).toEqual([
      'numpy dgemm.c:10',
      'numpy dot.h',
      'numpy'
    ]);
    expect(sourceLabel(native, 0, 14)).toBe('dgemm.c:14');
    expect(all.map(func => functionTitle(native, func))).toEqual([
      'dgemm\nblas/dgemm.c:10\n/lib/numpy.so',
      'dot\ndot.h\n/lib/numpy.so\ninlined into its caller',
      'copy\n/lib/numpy.so\ninlined into its caller in places'
    ]);
  });

  it('places them', () => {
    expect(rows.map(func => placeLabel(profile, func, 3))).toEqual([
      'In[5] line 3',
      'In[5] line 3',
      'm.py line 3',
      'libpython',
      'numpy',
      'kernel'
    ]);
  });

  it('numbers modules as it labels them', () => {
    expect(rows.map(func => moduleLabel(profile, func))).toEqual([
      'In[5]',
      'In[5]',
      'm',
      'libpython',
      'numpy',
      'kernel'
    ]);
    expect(moduleKey(profile, 0)).toBe(moduleKey(profile, 1));
    expect(new Set(rows.map(func => moduleKey(profile, func))).size).toBe(5);
  });
});

describe('shortSymbol', () => {
  it.each([
    ['scipy_cblas_dgemm64_', 'cblas_dgemm'],
    ['cblas_dgemm64_', 'cblas_dgemm'],
    ['scipy_dgemm_64_', 'dgemm'],
    ['dgemm_kernel_HASWELL', 'dgemm_kernel_HASWELL'],
    ['memcpy@@GLIBC_2.14', 'memcpy'],
    ['memcpy@plt', 'memcpy'],
    ['list_sort_impl.constprop.0', 'list_sort_impl'],
    ['gc_collect_main.part.0.isra.0', 'gc_collect_main'],
    ['f(int) [clone .cold]', 'f'],
    ['do_syscall_64', 'do_syscall_64'],
    ['entry_SYSCALL_64_after_hwframe', 'entry_SYSCALL_64_after_hwframe'],
    ['_int_malloc', '_int_malloc'],
    [
      'std::vector<int, std::allocator<int> >::push_back(int&&)',
      'vector::push_back'
    ],
    [
      'void ns::sort<std::pair<int, int>*>(std::pair<int, int>*, long)',
      'ns::sort'
    ],
    ['ns::Box::operator()(int) const', 'Box::operator()'],
    ['bool ns::operator< <int>(ns::A const&, ns::A const&)', 'ns::operator<'],
    ['(anonymous namespace)::work(int)', 'work'],
    [
      'core::ptr::drop_in_place<alloc::vec::Vec<u8>>::h0123456789abcdef',
      'ptr::drop_in_place'
    ],
    ['[libfoo.so+0x1234]', '[libfoo.so+0x1234]'],
    ['0x7f001234', '0x7f001234'],
    ['', '']
  ])('%s is %s', (symbol, short) => {
    expect(shortSymbol(symbol)).toBe(short);
  });

  it('survives anything', () => {
    for (const symbol of ['<', '>>>', '((((', 'operator', '::', 'a<b', '~']) {
      expect(shortSymbol(symbol)).not.toBe('');
    }
    expect(shortSymbol('f<'.repeat(10000)).length).toBeGreaterThan(0);
  });
});
