import { nullTranslator } from '@jupyterlab/translation';
import { fileTypes } from '../fileTypes';

const TYPES = fileTypes(nullTranslator.load('x'));

/** The type that JupyterLab takes for a file name: by pattern, else by its end. */
function typeOf(name: string): string | undefined {
  return TYPES.find(
    type =>
      (type.pattern && name.match(type.pattern)) ||
      type.extensions.some(extension => name.endsWith(extension))
  )?.displayName;
}

describe('fileTypes', () => {
  it.each([
    ['callgrind.out', 'Callgrind profile'],
    ['callgrind.out.123.2-01', 'Callgrind profile'],
    ['callgrind.out-01', 'Callgrind profile'],
    ['cachegrind.out.7', 'Callgrind profile'],
    ['massif.out.7', 'Massif heap profile'],
    ['dhat.out.7', 'DHAT heap profile'],
    ['gmon.out', 'gprof profile'],
    ['perf.data', 'perf recording'],
    ['perf.data.old', 'perf recording'],
    ['run.prof', 'cProfile statistics'],
    ['run.speedscope.json', 'speedscope profile'],
    ['coverage.info', 'Coverage'],
    ['tool.c.gcov.json.gz', 'Coverage'],
    ['run.folded', 'Collapsed stacks'],
    ['callgrind.output', undefined],
    ['my callgrind.out', undefined],
    ['data.json', undefined],
    ['gmon.output', undefined]
  ])('knows %s', (name, title) => {
    expect(typeOf(name)).toBe(title);
  });

  it('has the browser load nothing of them', () => {
    expect(TYPES.every(type => type.fileFormat === null)).toBe(true);
  });
});
