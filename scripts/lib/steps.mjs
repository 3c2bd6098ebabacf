// Named steps with progress lines. A step that has its result already is skipped: its stamp holds
// the hash of what it was made from.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs';
import { dirname, join } from 'node:path';
import { StepError } from './run.mjs';

const colours = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colours ? `\x1b[${code}m${text}\x1b[0m` : text);
export const green = text => paint('32', text);
export const red = text => paint('31', text);
export const dim = text => paint('2', text);
export const bold = text => paint('1', text);

export const say = text => process.stdout.write(`${text}\n`);

export function seconds(milliseconds) {
  const s = milliseconds / 1000;
  if (s < 100) {
    return `${s.toFixed(1)} s`;
  }
  return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
}

function addToHash(hash, path) {
  if (!existsSync(path)) {
    hash.update(`absent ${path}\n`);
  } else if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) {
      addToHash(hash, join(path, name));
    }
  } else {
    hash.update(`${path}\n`).update(readFileSync(path));
  }
}

/** One hash of files, folders (all that is in them) and facts such as a version. */
export function hashOf(paths, facts = []) {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const path of paths) {
    addToHash(hash, path);
  }
  return hash.digest('hex');
}

/**
 * Does `work` unless it was done before from the same inputs.
 *
 * `stamp`: the file that remembers it; without one the work is always done. `outputs`: what must be
 * there for the stamp to count. `work` may return a few words for the progress line.
 */
export async function step(title, made, work) {
  const { stamp, inputs = [], facts = [], outputs = [] } = made;
  const hash = stamp ? hashOf(inputs, facts) : '';
  const there = [stamp, ...outputs].every(path => path && existsSync(path));
  if (there && readFileSync(stamp, 'utf8') === hash) {
    say(`${green('✓')} ${title} ${dim('(up to date)')}`);
    return;
  }
  say(`${bold('▸')} ${title}`);
  const started = Date.now();
  const beat = setInterval(
    () => say(dim(`  … ${title}: ${seconds(Date.now() - started)}`)),
    20_000
  );
  try {
    if (stamp) {
      rmSync(stamp, { force: true });
    }
    const words = await work();
    if (stamp) {
      mkdirSync(dirname(stamp), { recursive: true });
      writeFileSync(stamp, hash);
    }
    const took = seconds(Date.now() - started);
    say(
      `${green('✓')} ${title} ${dim(typeof words === 'string' ? `${words}, ${took}` : took)}`
    );
  } finally {
    clearInterval(beat);
  }
}

/**
 * What pieces of work give that run side by side. All come to their end before a failure is thrown;
 * where several fail, the others are explained.
 */
export async function together(...works) {
  const ends = await Promise.allSettled(works);
  const [first, ...others] = ends.filter(end => end.status === 'rejected');
  others.forEach(({ reason }) => explain(reason));
  if (first) {
    throw first.reason;
  }
  return ends.map(({ value }) => value);
}

/** Prints a failure as a person can act on it. */
export function explain(error) {
  if (!(error instanceof StepError)) {
    say(red(error.stack ?? String(error)));
    return;
  }
  if (error.output) {
    say(error.output);
  }
  say(`${red('✗')} ${error.message}`);
  if (error.remedy) {
    say(`  ${error.remedy}`);
  }
}

/** The frame of every script: a failure is explained and ends with status 1. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    explain(error);
    process.exitCode ||= 1;
  }
}
