/** The files that hold profiles, as the file browser knows them. */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import { profileIcon } from '../widgets/icon';

/** Name, title, and what the names of such files are like. */
const TYPES: readonly {
  readonly name: string;
  readonly title: string;
  readonly pattern?: string;
  readonly extensions?: readonly string[];
}[] = [
  {
    name: 'callgrind',
    title: 'Callgrind profile',
    pattern: '^(callgrind|cachegrind)\\.out([.-].*)?$'
  },
  {
    name: 'massif',
    title: 'Massif heap profile',
    pattern: '^massif\\.out(\\..*)?$'
  },
  {
    name: 'dhat',
    title: 'DHAT heap profile',
    pattern: '^dhat\\.out(\\..*)?$'
  },
  { name: 'gmon', title: 'gprof profile', pattern: '^gmon\\.out(\\..*)?$' },
  { name: 'perf', title: 'perf recording', pattern: '^perf\\.data(\\..*)?$' },
  {
    name: 'pstats',
    title: 'cProfile statistics',
    extensions: ['.pstats', '.prof']
  },
  {
    name: 'speedscope',
    title: 'speedscope profile',
    extensions: ['.speedscope.json']
  },
  {
    name: 'coverage',
    title: 'Coverage',
    extensions: ['.info', '.gcda', '.gcov.json', '.gcov.json.gz']
  },
  {
    name: 'collapsed',
    title: 'Collapsed stacks',
    extensions: ['.collapsed', '.folded']
  }
];

/** The file types; nothing of their content is loaded by the browser itself. */
export function fileTypes(
  trans: TranslationBundle
): readonly DocumentRegistry.IFileType[] {
  return TYPES.map(({ name, title, pattern, extensions }) => ({
    name: `nativeprofile-${name}`,
    displayName: trans.__(title),
    extensions: extensions ?? [],
    ...(pattern && { pattern }),
    mimeTypes: [],
    icon: profileIcon,
    contentType: 'file',
    fileFormat: null
  }));
}
