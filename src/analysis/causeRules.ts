/**
 * The causes of cost, and which of them the name of a function tells. The
 * rules are written down for users in docs/reasons.md: keep both alike.
 */
import {
  Kind,
  PLUMBING,
  type FunctionIndex,
  type IProfile
} from '../model/profile';

/** The causes, in the order of their codes. */
export const CAUSES = [
  'python',
  'library',
  'call',
  'extension',
  'conversion',
  'allocation',
  'faults',
  'io',
  'import',
  'compile',
  'gc',
  'gil',
  'lock',
  'sleep',
  'queued',
  'waiting',
  'kernel',
  'system',
  'profiler'
] as const;

/** One cause's name. */
export type Cause = (typeof CAUSES)[number];

/** An index into `CAUSES`; -1: none. */
export type CauseIndex = number;

/** The code of a cause. */
export const causeCode = (cause: Cause): CauseIndex => CAUSES.indexOf(cause);

type Rule = readonly [RegExp, Cause];

/** C functions by the names that Python gives them. */
const ENTRIES: readonly Rule[] = [
  [
    /^(numpy\.)?(ndarray|generic)\.(tolist|item|itemset|__iter__)$/,
    'conversion'
  ],
  [/^(numpy\.)?fromiter$|^(.*\.)?memoryview\.tolist$/, 'conversion'],
  [
    /^(array\.)?array\.(tolist|fromlist|extend|append|__getitem__|__setitem__)$/,
    'conversion'
  ],
  [/^_?struct\.|^(_struct\.)?Struct\./, 'conversion'],
  [/^(builtins\.)?compile$/, 'compile'],
  [
    /^(_io|posix|nt)\.(open|\w+\.(read|write|flush|seek|truncate|close)\w*)$|^open$/,
    'io'
  ],
  [
    /^(posix|nt|os)\.(p?(read|write)v?|f(data)?sync|l?stat|fstat|scandir|listdir|unlink|rename|mkdir|sendfile)$/,
    'io'
  ],
  [
    /^(_socket\.)?socket\.(recv|send|connect|accept|_accept)|^_ssl\._SSLSocket\./,
    'io'
  ]
];

/** Native functions by their symbols. */
const NATIVE: readonly Rule[] = [
  [/^(_PyAST_Compile|Py_CompileStringObject|_PyPegen_run_parser)/, 'compile'],
  // numpy: elements to objects and back, scalars of their own included.
  [
    /^(BOOL|U?BYTE|U?SHORT|U?INT|U?LONG|U?LONGLONG|HALF|FLOAT|DOUBLE|LONGDOUBLE|CFLOAT|CDOUBLE|CLONGDOUBLE|STRING|UNICODE|DATETIME|TIMEDELTA)_((legacy_|safe_pyint_)?setitem|getitem)$/,
    'conversion'
  ],
  [
    /^(PyArray_(Pack|Scalar|ScalarAsCtype|ToList|FromIter|ToScalar|AssignFromCache|DiscoverDTypeAndShape)|recursive_tolist|array_tolist|convert_to_[a-z]+$|gentype_|scalar_value$)/,
    'conversion'
  ],
  // The same in array, struct and ctypes.
  [
    /^(array_array_(tolist|fromlist)|array_tolist|array_iter_extend|(b|BB?|u|w|hh?|HH?|ii?|II?|ll?|LL?|qq?|QQ?|f|d)_(getitem|setitem)$|s_(un)?pack|Struct_|PyC?ArgObject|ConvParam$)/,
    'conversion'
  ],
  // pybind11, Cython, pyarrow.
  [
    /list_caster|type_caster|^__Pyx_Py(Int|Long|Float|Object)_?(As|From)|^__Pyx_PyUnicode_As|ConvertPySequence|PyConverter/,
    'conversion'
  ],
  // Memory from the C library and its replacements, and the system's arenas.
  [/^_*(libc_)?(malloc|calloc|realloc|free)$/, 'allocation'],
  [
    /^(_int_|__GI___libc_|je_|tc_|_?mi_|tcmalloc)(malloc|calloc|realloc|free|memalign|page|heap|segment|arena)/,
    'allocation'
  ],
  [
    /^(malloc_consolidate|sysmalloc|unlink_chunk|systrim|operator (new|delete)|_Zn[wa]m|_Zd[la]Pv|_PyObject_Virtual(Alloc|Free)|allocate_from_new_pool|new_arena)/,
    'allocation'
  ],
  // Objects that hold others, instances, strings. Numbers come and go with
  // every step of the evaluator: they are its own.
  [
    /^(gc_alloc|_PyObject_(GC_(Alloc|Link|New|NewVar|Resize|Del)|New|NewVar)$|_?PyObject_GC_Del|PyType_GenericAlloc|_PyType_AllocNoTrack|list_resize|_?PyList_New|_?PyTuple_New|_?PyDict_New|PyUnicode_New|_?PyBytes_From(String|Size))/,
    'allocation'
  ],
  [/^(?!long|float|bool)[a-zA-Z]+_dealloc$/, 'allocation'],
  [/^(PyArray_NewFromDescr|npy_alloc_cache|PyDataMem_)/, 'allocation']
];

/** numpy's arithmetic on single elements: CPython's own functions have such names, too. */
const SCALARS =
  /^(bool|u?byte|u?short|u?int|u?long|u?longlong|half|float|double|longdouble|c(float|double|longdouble))_(add|subtract|multiply|divide|true_divide|floor_divide|remainder|divmod|power|negative|positive|absolute|richcompare|bool|int|float|index|and|or|xor|lshift|rshift)$/;

/** Functions of the kernel; the first rule that matches holds. */
const KERNEL: readonly Rule[] = [
  [
    /page_fault|handle_mm_fault|do_(anonymous_page|fault|wp_page|cow_fault)|^el0_(d|i)a|mem_abort|clear_(huge_)?page|clear_user/,
    'faults'
  ],
  [
    /(^|_)(do_|sys_|vm_)?(mmap|munmap|brk|madvise|mremap|mprotect)(_|$)|^(unmap|zap|exit_mmap)|vm_munmap/,
    'allocation'
  ],
  [/futex/, 'lock'],
  [
    /^(vfs_|ksys_|do_sys_open|do_filp_open|__sys_(send|recv|connect|accept)|sock_|tcp_|udp_|unix_stream|do_iter_|do_(read|write)v|generic_file_|filemap_|(anon_)?pipe_|io_uring|(__(x64|arm64|se)_sys_)(p?(read|write)|open|stat|newf?stat|lstat|statx|getdents|f(data)?sync|unlink|rename|send|recv|fadvise|sendfile|copy_file|fallocate|ftruncate|lseek|close))/,
    'io'
  ]
];

/** Calls of the C library that enter the kernel, where its names are not known. */
const CALLS: readonly Rule[] = [
  [
    /^_*(libc_)?(mmap|munmap|brk|sbrk|madvise|mremap|mprotect)(64)?$/,
    'allocation'
  ],
  [
    /^_*(libc_|GI_)*(p?(read|write)v?|open(at)?|recv\w*|send\w*|connect|accept4?|f(data)?sync|f?stat\w*|getdents|close)(64)?(_nocancel)?$/,
    'io'
  ]
];

const first = (rules: readonly Rule[], name: string): CauseIndex => {
  const rule = rules.find(([pattern]) => pattern.test(name));
  return rule ? causeCode(rule[1]) : -1;
};

/** Functions that only find the one that does the work; their names tell nothing. */
const DISPATCHER = /^numpy\._ArrayFunctionDispatcher\./;

/** Whether a native function passes a call on, so that its name tells nothing. */
export function passesOn(
  { functions, strings }: IProfile,
  func: FunctionIndex
): boolean {
  const entry = functions.entry[func];
  return (
    (functions.flags[func] & PLUMBING) !== 0 ||
    (entry >= 0 && DISPATCHER.test(strings[entry]))
  );
}

/** The functions of Python and of the interpreter that run an import statement. */
const IMPORTS = ['_find_and_load', 'PyImport_ImportModuleLevelObject'];

/** Tells the functions that begin an import. */
export function isImport({
  functions,
  strings
}: IProfile): (func: FunctionIndex) => boolean {
  const begins = Uint8Array.from(functions.name, (name, func) => {
    const isOne = name >= 0 && IMPORTS.includes(strings[name]);
    const file = functions.file[func];
    const python = functions.kind[func] === Kind.Python;
    return Number(
      isOne && (!python || (file >= 0 && strings[file].includes('importlib')))
    );
  });
  return func => begins[func] === 1;
}

/** The cause that a function's name tells, -1: none. */
export function causeOfName(
  { functions, strings }: IProfile,
  func: FunctionIndex
): CauseIndex {
  const text = (index: number): string => (index >= 0 ? strings[index] : '');
  const symbol = text(functions.name[func]);
  const name = symbol.replace(/\.(part|isra|constprop|cold)\b.*$/, '');
  if (functions.kind[func] === Kind.Kernel) {
    return first(KERNEL, name);
  }
  if (text(functions.module[func]) === 'numpy' && SCALARS.test(name)) {
    return causeCode('conversion');
  }
  const entry = first(ENTRIES, text(functions.entry[func]));
  return entry >= 0 ? entry : first(NATIVE, name);
}

/** The cause that a native function tells below which the kernel has no names. */
export function callCause(
  { functions, strings }: IProfile,
  func: FunctionIndex
): CauseIndex {
  const name = func < 0 ? -1 : functions.name[func];
  return name < 0 ? -1 : first(CALLS, strings[name]);
}
