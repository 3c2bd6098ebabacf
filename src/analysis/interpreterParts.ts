/**
 * The parts of CPython, and which of its C functions belong to which: by the
 * source file where that is known, else by the function's name. Files and
 * names are those of CPython 3.10 to 3.13.
 */

/** A part of the interpreter. */
interface IPart {
  readonly label: string;
  /** Names of source files without folder and ending; with a slash: folders. */
  readonly files: string;
  /** What names of functions begin with, leading underscores left out; the longest that fits decides. */
  readonly names: string;
}

export const EVALUATOR = 'Evaluator';
const MEMORY = 'Object allocation';
const COUNTS = 'Reference counts, deallocation';
export const COLLECTOR = 'Garbage collection';
export const THREADS = 'GIL and threads';
const COMPILER = 'Import, compiler, start-up';

/** The C modules of the standard library and the built-in functions. */
export const LIBRARY = 'Standard library in C';
/** Functions of no part that is known. */
export const OTHER = 'Other C code of CPython';
/** What the interpreter's functions call outside of it. */
export const BELOW = 'C library and system below';

/** Functions of these kinds stand in the files of all types. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/_dealloc(_internal|_common)?$|Dealloc$/, COUNTS],
  [/_traverse$|_tp_clear$|^visit_/, COLLECTOR],
  [/_rule(_no_memblock)?$|^_(tmp|loop[01]|gather)_\d+$/, COMPILER]
];

const PARTS: readonly IPart[] = [
  {
    label: EVALUATOR,
    files:
      'ceval ceval_macros generated_cases executor_cases bytecodes specialize intrinsics instrumentation legacy_tracing optimizer optimizer_analysis perf_trampoline perf_jit_trampoline',
    names:
      'PyEval_ PyEvalFrame PyMonitoring_ PyPerfTrampoline_ PyIsPerfTrampoline PyCode_Quicken Py_Specialize_ Py_call_instrumentation Py_Instrument Py_CheckRecursive Py_EnterRecursive Py_GetBaseOpcode Py_LeaveRecursive call_instrumentation call_trace call_exc_trace import_from import_all_from initialize_locals match_ monitor_ monitoring_ specialize_ sys_profile_ sys_trace_ unicode_concatenate unpack_iterable py_trampoline_evaluator'
  },
  {
    label: 'Calls and frames',
    files:
      'call methodobject frameobject frame funcobject classobject getargs modsupport cellobject codeobject',
    names:
      'PyArg_ PyCFunction_ PyCMethod_ PyCell_ PyCode_ PyFrame PyFunction_ PyInstanceMethod_ PyInterpreterFrame_ PyLineTable_ PyMethod_ PyModule_Add PyObject_Call PyObject_FastCall PyObject_MakeTpCall PyObject_Vectorcall PyStack_ PyStaticCode_ PyStaticMethod_ PyClassMethod_ PyUnstable_Code_ PyUnstable_InterpreterFrame_ PyVectorcall_ Py_BuildValue Py_CheckFunctionResult Py_CheckSlotResult Py_VaBuild Py_convert_optional cell_ cfunction_ cm_ code_ convertitem convertsimple find_keyword frame_ framelocalsproxy_ func_ function_ instancemethod_ meth_ method_ method_vectorcall_ object_vacall sm_ vectorcall_ vgetargs do_mk'
  },
  {
    label: MEMORY,
    files: 'obmalloc pyarena /mimalloc/',
    names:
      'PyArena_ PyMem_ PyObject_Arena PyObject_Calloc PyObject_Free PyObject_Init PyObject_Malloc PyObject_Mi PyObject_New PyObject_Realloc PyObject_Virtual PyType_AllocNoTrack PyType_GenericAlloc address_in_range allocate_from_new_pool arena_map_ mi_ new_arena pymalloc_'
  },
  {
    label: COUNTS,
    files: '',
    names:
      'PyTrash_ Py_DECREF Py_DecRef Py_INCREF Py_IncRef Py_NewRef Py_NewReference Py_XDECREF Py_XINCREF Py_XNewRef PyObject_CallFinalizer PyObject_ClearInstanceAttributes PyObject_FreeInstanceAttributes clear_slots dictkeys_decref free_keys_object subtype_clear'
  },
  {
    label: COLLECTOR,
    files: 'gc gcmodule gc_gil gc_free_threading object_stack',
    names:
      'PyGC_ PyObject_GC_ PyObject_IS_GC PyUnstable_GC_ PyUnstable_Object_GC_ Py_RunGC Py_ScheduleGC PyObjectStack deduce_unreachable delete_garbage finalize_garbage gc_ handle_weakrefs invoke_gc_callback move_legacy_finalizer move_unreachable subtract_refs untrack_dicts untrack_tuples update_refs'
  },
  {
    label: 'Integers',
    files: 'longobject boolobject',
    names:
      'PyBool_ PyLong_ bool_ divrem1 int_ k_lopsided_mul k_mul kmul_split l_divmod l_mod long_ maybe_small_long v_lshift v_rshift x_add x_divrem x_mul x_sub'
  },
  {
    label: 'Floating point, complex numbers',
    files: 'floatobject complexobject dtoa pystrtod pymath',
    names:
      'Balloc Bfree PyComplex_ PyFloat_ PyOS_double_to_string PyOS_string_to_double Py_HashDouble Py_c_ Py_dg_ Py_parse_inf complex_ float_ format_float_short multadd pow5mult quorem'
  },
  {
    label: 'Strings',
    files:
      'unicodeobject unicodectype unicode_formatter formatter_unicode unicode_format accu codecs _codecsmodule /stringlib/',
    names:
      'PyAccu_ PyCodec_ PyUnicode PyUnicode_ PyUnicodeWriter_ Py_GetErrorHandler ascii_decode asciilib_ case_operation codecs_ copy_characters do_markup fieldnameiter_ find_maxchar formatteriter_ intern_common replace resize_compact stringlib_ ucs1lib_ ucs2lib_ ucs4lib_ unicode_ unicodeiter_'
  },
  {
    label: 'Bytes and buffers',
    files:
      'bytesobject bytearrayobject bytes_methods memoryobject picklebufobject',
    names:
      'PyBuffer_ PyByteArray_ PyBytesWriter_ PyBytes_ PyManagedBuffer_ PyMemoryView_ PyObject_GetBuffer PyPickleBuffer_ Py_bytes_ bytearray_ bytearrayiter_ bytes_ copy_rec mbuf_ memory_ memoryiter_ memoryview_ picklebuf_ striter_ unpack_single'
  },
  {
    label: 'Lists and tuples',
    files: 'listobject tupleobject sliceobject structseq',
    names:
      'PyList_ PySlice_ PyStructSequence_ PyTuple_ binarysort gallop_ list_ listiter_ listreviter_ merge_at merge_hi merge_lo safe_object_compare slice slicehash structseq_ tuple unsafe_'
  },
  {
    label: 'Dictionaries and sets',
    files:
      'dictobject setobject odictobject hamt hashtable pyhash namespaceobject',
    names:
      'OrderedDict_ PyDict PyDict_ PyFrozenSet_ PyHamt_ PyHash_ PyNamespace_ PyODict_ PyObjectDict_ PyObject_ClearManagedDict PyObject_GenericGetDict PyObject_GetInstanceAttribute PyObject_InitInlineValues PyObject_InitializeDict PyObject_IsInstanceDictEmpty PyObject_MakeDictFromInstance PyObject_MaterializeManagedDict PyObject_SetManagedDict PyObject_StoreInstanceAttribute PyObject_TryGetInstanceAttribute PyObject_VisitInstanceAttributes PyObject_VisitManagedDict PySet_ Py_HashBytes Py_HashPointer Py_dict_ Py_hashtable_ all_contained_in build_indices clone_combined_dict compare_generic compare_unicode delitem_common dict_ dictitems_ dictiter_ dictkeys_ dictresize dictreviter_ dictvalues_ dictview_ dictviews_ find_empty_slot frozenset_ hamt_ insert_combined_dict insert_split insert_to_emptydict insertdict insertion_resize lookdict make_new_set namespace_ new_dict new_keys_object odict set_ setiter_ pysiphash siphash unicode_get_hash unicodekeys_lookup'
  },
  {
    label: 'Iterators and generators',
    files: 'iterobject genobject rangeobject enumobject',
    names:
      'PyAsyncGen PyCallIter_ PyCoro PyEnum_ PyGen_ PyIter_ PyRange_ PySeqIter_ Py_MakeCoro anextawaitable_ async_gen_ calliter_ compute_item compute_slice coro_ cr_ enum_ gen_ iter_ longrangeiter_ range_ rangeiter_ reversed_'
  },
  {
    label: 'Exceptions and tracebacks',
    files: 'exceptions errors traceback _warnings suggestions',
    names:
      'AttributeError_ BaseException KeyError_ ImportError_ MemoryError_ NameError_ OSError_ PyErr_ PyException_ PyExc_ PyTraceBack_ PyTraceback_ PyUnicodeDecodeError_ PyUnicodeEncodeError_ PyUnicodeTranslateError_ StopIteration_ SyntaxError_ SystemExit_ Unicode Py_DumpTraceback do_raise exception_group format_exc_ get_memory_error tb_ warn_explicit warnings_'
  },
  {
    label: COMPILER,
    files:
      'import marshal compile codegen flowgraph assemble symtable future pythonrun pylifecycle initconfig preconfig pathconfig getpath dynload_shlib importdl main interpconfig frozen frozenmain Python-ast python ast ast_opt ast_preprocess ast_unparse asdl instruction_sequence opcode_metadata crossinterp_data_lookup crossinterp_exceptions getversion Python-tokenize token symtablemodule bootstrap_hash getopt crossinterp sysmodule /Parser/ /deepfreeze/',
    names:
      'InstructionSequence PyAST_ PyCompile_ PyConfig_ PyErr_Display PyErr_Print PyImport_ PyStatus_ PyWideStringList_ PyInstructionSequence_ PyInterpreterConfig_ PyMarshal_ PyOpcode_ PyParser_ PyPegen_ PyPreConfig_ PyRun_ PyST_ PySymtable_ PySys_ PyToken_ PyTokenizer_ PyPathConfig_ Py_BytesMain Py_Compile Py_Finalize Py_Get_Getpath Py_Initialize Py_Main Py_NewInterpreter Py_RunMain Py_SourceAsString Py_asdl_ add_checked_name assemble assemble_ ast2obj_ ast_ astfold_ cfg_ codegen_ compile_ compiler_ config_ core_ find_frozen find_or_create flowgraph fold_ fstring_ imp_ import_ init_ inline_ instr_ marshal_ obj2ast_ optimize_ parser_ preconfig_ pymain_ r_long r_object r_string run_eval run_mod stackdepth string_parse symtable_ sys_ tok_ tokenizer update_code validate_ w_complex_object w_object w_ref'
  },
  {
    label: THREADS,
    files:
      'ceval_gil thread thread_pthread thread_nt lock parking_lot critical_section qsbr pystate _threadmodule signalmodule context brc pytime',
    names:
      'PyContextVar_ PyContext_ PyCritical PyErr_CheckSignals PyErr_SetInterrupt PyEval_Acquire PyEval_AddPendingCall PyEval_FiniGIL PyEval_InitGIL PyEval_InitThreads PyEval_Release PyEval_RestoreThread PyEval_SaveThread PyEval_SetSwitchInterval PyEval_SignalReceived PyEval_StartTheWorld PyEval_StopTheWorld PyEvent_ PyGILState_ PyInterpreterState_ PyMutex_ PyOnceFlag_ PyParkingLot_ PyRWMutex_ PyRecursiveMutex_ PyRuntimeState_ PySemaphore_ PySeqLock_ PySignal_ PyState_ PyThread PyThreadState_ PyThread_ PyTime PyTime_ Py_AddPendingCall Py_HandlePending Py_MakePendingCalls Py_qsbr_ context_ contextvar_ contextvars_ create_gil drop_gil handle_eval_breaker handle_signals local_ lock_ make_pending_calls pythread_ rlock_ signal_ take_gil thread_ token_ tstate_ PyCrossInterpreterData_ ThreadHandle_'
  },
  {
    label: 'Input and output',
    files:
      'fileobject fileutils posixmodule selectmodule socketmodule mmapmodule fcntlmodule pwdmodule _ssl /_io/',
    names:
      'DirEntry_ PyFileIO_ PyFile_ PyIOBase_ PyIO_ PyIncrementalNewlineDecoder_ PyOS_ Py_DecodeLocale Py_EncodeLocale Py_closerange Py_fopen Py_fstat Py_open Py_read Py_set_inheritable Py_stat Py_write Py_UniversalNewline ScandirIterator_ buffered_ bufferediobase_ bufferedreader_ bufferedrwpair_ bufferedwriter_ bytesio_ fileio_ fill_time incrementalnewlinedecoder_ internal_close io_ iobase_ nldecoder_ os_ path_converter posix_ pystat_ rawiobase_ stdprinter_ stringio_ textiobase_ textiowrapper_ textio_'
  },
  {
    label: 'Attributes, methods and types',
    files:
      'typeobject descrobject moduleobject weakrefobject genericaliasobject unionobject typevarobject interpolationobject structmember',
    names:
      'PyDescr_ PyDictProxy_ PyMember_ PyModuleDef_ PyModule_ PyObject_ClearWeakRefs PyObject_ComputedDictPointer PyObject_DelAttr PyObject_DictPointer PyObject_GenericGetAttr PyObject_GenericSetAttr PyObject_GenericSetDict PyObject_GetAttr PyObject_GetDictPtr PyObject_GetMethod PyObject_GetOptionalAttr PyObject_GetState PyObject_HasAttr PyObject_LookupAttr PyObject_LookupSpecial PyObject_SetAttr PyStaticType_ PySuper_ PyType PyType_ PyUnstable_Type_ PyWeakref_ PyWrapper_ Py_BaseObject_ Py_GenericAlias Py_make_ Py_module_getattro Py_slot_tp_getattr Py_subs_parameters Py_type_getattro Py_union add_subclass assign_version_tag best_base classmethod_get find_name_in_mro ga_ getset_ inherit_ is_subtype_with_mro lookup_maybe_method lookup_method lookup_tp_ mappingproxy_ member_ method_get method_repr module_ mro_ object_ paramspec_ property_ proxy_ recurse_down_subclasses richcmp_ slot_ subtype_ super_ tp_new_wrapper type_ typealias_ typevar_ typevartuple_ union_ update_one_slot update_slot weakref_ wrap_ wrapper_ wrapperdescr_'
  },
  {
    label: 'Operators and protocols',
    files: 'abstract object capsule',
    names:
      'NotImplemented_ PyCallable_ PyCapsule_ PyIndex_ PyMapping_ PyNumber_ PyObject_ PySequence_ Py_GetConstant Py_Is Py_ReprEnter Py_ReprLeave abstract_ binary_iop binary_op check_class do_richcompare none_ notimplemented_ object_isinstance object_issubclass object_recursive_isinstance recursive_issubclass sequence_repeat ternary_op try_3way'
  },
  {
    label: LIBRARY,
    files: 'bltinmodule /Modules/',
    names:
      'PyTraceMalloc_ SRE_ abc_ accumulate_ atexit_ attrgetter_ batched_ bounded_lru_cache builtin_ chain_ collections_ combinations_ compress_ count_ cwr_ cycle_ data_stack defdict_ deque_ dequeiter_ dropwhile_ faulthandler filter_ filterfalse_ functools_ groupby_ grouper_ infinite_lru_cache islice_ itemgetter_ itertools_ keyobject_ locale_ lru_cache_ map_ match_getindex methodcaller_ operator_ pairwise_ partial_ pattern_ permutations_ product_ repeat_ sre_ starmap_ stat_ state_ takewhile_ tee_ teedataobject_ time_ tracemalloc_ tuplegetter_ uncached_lru_cache zip_ ziplongest_'
  }
];

/** Files with functions of several parts: there names tell more. */
const MIXED = new Set([
  'abstract',
  'ceval',
  'descrobject',
  'dictobject',
  'object',
  'typeobject'
]);

const BY_FILE = new Map<string, string>();
const BY_FOLDER = new Map<string, string>();
const BY_NAME = new Map<string, string>();
for (const { label, files, names } of PARTS) {
  for (const file of words(files)) {
    (file.startsWith('/') ? BY_FOLDER : BY_FILE).set(file, label);
  }
  words(names).forEach(name => BY_NAME.set(name, label));
}

/** What compilers append to the names of a function's pieces and copies, and Callgrind to those of calls within calls. */
const PIECE = /(\.(part|constprop|isra|cold|lto_priv|localalias|llvm)\b|').*$/;

/**
 * The part of CPython that a C function belongs to.
 *
 * @param name Its symbol.
 * @param source The path of its source file, empty where it is not known.
 */
export function partOf(name: string, source: string): string {
  const symbol = name.replace(PIECE, '');
  for (const [names, part] of KINDS) {
    if (names.test(symbol)) {
      return part;
    }
  }
  const { stem, part } = ofFile(source);
  const byName = part && !MIXED.has(stem) ? '' : ofName(symbol);
  return byName || part || OTHER;
}

/** Whether a source file is one of CPython's, by its folder and name. */
export function isSource(path: string): boolean {
  return (
    /\/(Objects|Python|Parser|Modules)\//.test(`/${path}`) &&
    ofFile(path).part !== ''
  );
}

/** The part of a source file, or empty: what stands in headers is everybody's. */
function ofFile(source: string): { stem: string; part: string } {
  if (source.includes('/Include/')) {
    return { stem: '', part: '' };
  }
  const path = `/${source}`.replace(/\\/g, '/').replace('/clinic/', '/');
  const stem = path.replace(/^.*\//, '').replace(/(\.c)?\.[ch]$/, '');
  let part = BY_FILE.get(stem) ?? '';
  for (const [folder, of] of part ? [] : BY_FOLDER) {
    if (path.includes(folder)) {
      part = of;
      break;
    }
  }
  return { stem, part };
}

/** The part that the longest known beginning of a name tells, or empty. */
function ofName(symbol: string): string {
  const name = symbol.replace(/^_+/, '');
  for (let length = name.length; length > 0; length--) {
    const part = BY_NAME.get(name.slice(0, length));
    if (part) {
      return part;
    }
  }
  return '';
}

function words(text: string): string[] {
  return text.split(' ').filter(Boolean);
}
