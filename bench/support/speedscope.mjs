// speedscope's published page, in a temporary folder, and our profiles in its format.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where npm put speedscope's page, with its version; null where it cannot be had. */
export function installSpeedscope(folder) {
  try {
    const options = ['--no-audit', '--no-fund', '--ignore-scripts'];
    execFileSync(
      'npm',
      ['install', ...options, '--prefix', folder, 'speedscope@1'],
      { stdio: 'ignore' }
    );
  } catch {
    return null;
  }
  const home = join(folder, 'node_modules', 'speedscope');
  const page = join(home, 'dist', 'release');
  const { version } = JSON.parse(readFileSync(join(home, 'package.json')));
  return existsSync(page) && readdirSync(page).includes('index.html')
    ? { page, version }
    : null;
}

/** Pieces of the text of a profile (plain columns) in speedscope's format. */
export function* speedscopeText({ strings, tables }) {
  const { functions, frames, stacks, samples } = tables;
  const names = functions.name.map(name => ({ name: strings[name] }));
  const end = samples.stack.length;
  const head = { type: 'sampled', name: 'In[1]', unit: 'nanoseconds' };
  const schema = 'https://www.speedscope.app/file-format-schema.json';
  yield `{"$schema":"${schema}","shared":{"frames":${JSON.stringify(names)}},`;
  yield `"profiles":[${JSON.stringify(head).slice(0, -1)},"startValue":0,`;
  yield `"endValue":${end * 1_001_000},"samples":[`;
  const paths = new Map();
  for (let sample = 0; sample < end; sample++) {
    const stack = samples.stack[sample];
    let text = paths.get(stack);
    if (text === undefined) {
      const path = [];
      for (let row = stack; row >= 0; row = stacks.prefix[row]) {
        path.push(frames.function[stacks.frame[row]]);
      }
      text = `[${path.reverse().join()}]`;
      paths.set(stack, text);
    }
    yield sample === 0 ? text : `,${text}`;
  }
  yield `],"weights":[${new Array(end).fill(1_001_000).join()}]}]}`;
}
