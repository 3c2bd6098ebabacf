/** What each part of CPython does, in a few words; by its label in `analysis/interpreterParts`. */
export const MEANINGS: Readonly<Record<string, string>> = {
  Evaluator: 'runs bytecode; a Python function stands for what it took of that',
  'Calls and frames': 'arguments, call protocols, Python frames',
  'Object allocation': 'memory for objects: pools, arenas, free lists',
  'Reference counts, deallocation': 'objects that nobody needs any more',
  'Garbage collection': 'looks for cycles of objects',
  Integers: 'arithmetic and digits of int',
  'Floating point, complex numbers': 'arithmetic of float, to and from text',
  Strings: 'text: joins, searches, formats, encodes',
  'Bytes and buffers': 'bytes, bytearray, memoryview',
  'Lists and tuples': 'growth, copies, sorting',
  'Dictionaries and sets': 'looks up, inserts, grows; hashes',
  'Iterators and generators': 'range, enumerate, generators, coroutines',
  'Exceptions and tracebacks': 'raises, matches, keeps tracebacks',
  'Import, compiler, start-up': 'finds, reads and compiles modules',
  'GIL and threads': 'whose turn it is, locks, signals, clocks',
  'Input and output': 'files, sockets, the operating system’s calls',
  'Attributes, methods and types':
    'finds attributes and methods, makes instances',
  'Operators and protocols': 'dispatches +, [], ==, len, iter',
  'Standard library in C':
    'built-in functions and C modules: json, re, itertools',
  'Other C code of CPython': 'of no part that its name or file tells',
  'C library and system below':
    'malloc, memcpy and the kernel, called by these parts'
};
