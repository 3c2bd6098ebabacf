// The checks that `npm test` and `npm run lint` run, and how their results are counted.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { inTree, inVenv, npmBin } from './paths.mjs';
import { run, StepError } from './run.mjs';
import { bold, dim, explain, green, red, say, seconds } from './steps.mjs';

/** A check that passes or fails as a whole. */
const plain = (name, command, args, options = {}) => ({
  name,
  work: async () => {
    await run(command, args, { title: name, ...options });
    return { passed: 1, failed: 0 };
  }
});

export const lintChecks = [
  plain('tsc', npmBin('tsc'), ['--project', '.', '--noEmit']),
  plain('tsc ui-tests', npmBin('tsc'), ['--project', 'ui-tests']),
  plain('mypy', inVenv('mypy'), []),
  plain('eslint', npmBin('eslint'), ['--max-warnings=0', '.'], {
    remedy: 'npx eslint --fix . mends some of it.'
  }),
  plain('prettier', npmBin('prettier'), ['--check', '--log-level=warn', '.'], {
    remedy: 'npx prettier --write . mends it.'
  }),
  plain('stylelint', npmBin('stylelint'), ['style/**/*.css']),
  plain('ruff', inVenv('ruff'), ['check', '.'], {
    remedy: '.venv/bin/ruff check --fix . mends some of it.'
  }),
  plain('ruff format', inVenv('ruff'), ['format', '--check', '.'], {
    remedy: '.venv/bin/ruff format . mends it.'
  }),
  plain('imports', process.execPath, [inTree('scripts', 'lint-imports.mjs')])
];

/**
 * A test runner that shows its own output and leaves a report to count from. `runs`: the arguments
 * of each time that it is started, one after the other. A run that fails without a failed test, or
 * that ran none, counts as one failure.
 */
const runner = (name, command, runs, count, options = {}) => ({
  name,
  work: async folder => {
    const { env = () => ({}) } = options;
    const sum = { passed: 0, failed: 0, skipped: 0 };
    for (const [i, args] of runs.entries()) {
      const report = join(folder, `${name}-${i}`);
      const { code } = await run(command, args(report), {
        title: name,
        show: true,
        check: false,
        env: env(report)
      });
      for (const [key, value] of Object.entries(counted(report, code))) {
        sum[key] += value;
      }
    }
    return sum;

    function counted(report, code) {
      let result;
      try {
        result = count(readFileSync(report, 'utf8'));
      } catch {
        say(red(`${name} left no report.`));
        return { failed: 1 };
      }
      const { passed, failed } = result;
      if ((code !== 0 && failed === 0) || passed + failed === 0) {
        say(
          red(`${name} ended with ${code}: ${passed} passed, ${failed} failed.`)
        );
        return { ...result, failed: failed + 1 };
      }
      return result;
    }
  }
});

function countJest(text) {
  const report = JSON.parse(text);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests
  };
}

/** JUnit's XML, of which only the counts in the suites' heads are read. */
function countPytest(text) {
  const sum = name =>
    [...text.matchAll(/<testsuite [^>]*>/g)]
      .map(([head]) =>
        Number(new RegExp(` ${name}="(\\d+)"`).exec(head)?.[1] ?? 0)
      )
      .reduce((a, b) => a + b, 0);
  const failed = sum('failures') + sum('errors');
  const skipped = sum('skipped');
  return { passed: sum('tests') - failed - skipped, failed, skipped };
}

function countPlaywright(text) {
  const { stats, errors } = JSON.parse(text);
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped
  };
}

/** The arguments of pytest for the tests with (or without) a marker. */
const pytest =
  (marked, ...more) =>
  report => [
    '-m',
    'pytest',
    `-m=${marked}`,
    `--junitxml=${report}`,
    '--durations=10',
    ...more
  ];

/**
 * The three test runners. pytest runs twice: two test files at a time, then those that measure
 * (the marker `alone`), which nothing may disturb, one after the other.
 * `pythons`: further interpreters for tests with a kernel; `older`: those
 * for the few tests of engines that serve Pythons before 3.12.
 */
export const testRunners = (pythons, older) => [
  runner(
    'jest',
    npmBin('jest'),
    [report => ['--json', `--outputFile=${report}`, '--maxWorkers=2']],
    countJest
  ),
  runner(
    'pytest',
    inVenv('python'),
    [
      pytest('not alone', '--numprocesses=2', '--dist=loadfile'),
      pytest('alone')
    ],
    countPytest,
    {
      env: () => ({
        NATIVEPROFILE_PYTHONS: pythons.join(delimiter),
        NATIVEPROFILE_OLDER_PYTHONS: older.join(delimiter)
      })
    }
  ),
  runner(
    'galata',
    npmBin('playwright'),
    [
      () => [
        'test',
        '--config',
        'ui-tests/playwright.config.js',
        '--reporter=list,json'
      ]
    ],
    countPlaywright,
    { env: report => ({ PLAYWRIGHT_JSON_OUTPUT_NAME: report }) }
  )
];

function table(results) {
  const width = Math.max(...results.map(({ name }) => name.length));
  for (const { name, passed, failed, skipped, took } of results) {
    const mark = failed ? red('✗') : green('✓');
    const counts =
      `${passed} passed, ${failed} failed` +
      (skipped ? `, ${skipped} skipped` : '');
    say(
      `${mark} ${name.padEnd(width)}  ${seconds(took).padStart(12)}  ${dim(counts)}`
    );
  }
}

/**
 * Runs checks one after the other, all of them whatever fails, then prints a table and the line
 * `N passed, N failed`. `before`: results of what ran earlier, for the table. Sets the status.
 */
export async function runChecks(checks, before = []) {
  const folder = mkdtempSync(join(tmpdir(), 'nativeprofile-test-'));
  const results = [...before];
  try {
    for (const { name, work } of checks) {
      results.push(await timed(name, () => work(folder)));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const sum = key =>
    results.reduce((total, result) => total + (result[key] ?? 0), 0);
  say('');
  table(results);
  const skipped = sum('skipped');
  process.exitCode = sum('failed') || process.exitCode ? 1 : 0;
  say(
    `\n${sum('passed')} passed, ${sum('failed')} failed` +
      (skipped ? `, ${skipped} skipped` : '')
  );
}

/** Runs one named piece of work and says how it went: `{name, took, passed, failed, skipped}`. */
export async function timed(name, work) {
  say(bold(`\n── ${name}`));
  const started = Date.now();
  let result;
  try {
    result = (await work()) ?? { passed: 1, failed: 0 };
  } catch (error) {
    explain(error);
    result = { passed: 0, failed: 1 };
  }
  const took = Date.now() - started;
  say(`${result.failed ? red('✗') : green('✓')} ${name} ${dim(seconds(took))}`);
  return { name, took, ...result };
}

/** The checks with these names, all of them where none is named; throws for an unknown name. */
export function chosen(checks, names) {
  const known = checks.map(({ name }) => name);
  for (const name of names) {
    if (!known.includes(name)) {
      throw new StepError(
        `There is no check ${name}; there are: ${known.join(', ')}.`
      );
    }
  }
  return names.length
    ? checks.filter(({ name }) => names.includes(name))
    : checks;
}
