// npm run bench -- NAME [arguments]: runs bench/NAME.py or bench/NAME.mjs; without a name, lists them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { inTree, inVenv } from './lib/paths.mjs';
import { run, StepError } from './lib/run.mjs';
import { build } from './lib/build.mjs';
import { environments } from './lib/setup.mjs';
import { main, say } from './lib/steps.mjs';

const [name, ...rest] = process.argv.slice(2);
const runnable = /^#!|__name__ == "__main__"/m;

/** The benchmarks, without the modules that they share. */
function names() {
  return readdirSync(inTree('bench'))
    .filter(file => /\.(py|mjs)$/.test(file))
    .filter(
      file =>
        file.endsWith('.mjs') ||
        runnable.test(readFileSync(inTree('bench', file), 'utf8'))
    )
    .map(file => file.replace(/\.\w+$/, ''));
}

await main(async () => {
  if (!name) {
    say(`npm run bench -- NAME, with NAME one of: ${names().join(', ')}`);
    return;
  }
  const script = ['py', 'mjs']
    .map(ending => inTree('bench', `${name}.${ending}`))
    .find(existsSync);
  if (!script) {
    throw new StepError(`There is no benchmark ${name}.`, {
      remedy: `There are: ${names().join(', ')}.`
    });
  }
  await environments();
  await build();
  const program = script.endsWith('.py') ? inVenv('python') : process.execPath;
  await run(program, [script, ...rest], { show: true, title: `bench/${name}` });
});
