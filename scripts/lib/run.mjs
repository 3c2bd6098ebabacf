// Runs programs, and says what went wrong in one sentence with what to do about it.
import { spawn, spawnSync } from 'node:child_process';
import { root } from './paths.mjs';

/** A step that failed: what happened, what to do, and the program's own last words. */
export class StepError extends Error {
  constructor(message, { remedy = '', output = '' } = {}) {
    super(message);
    this.remedy = remedy;
    this.output = output;
  }
}

const lastLines = (text, count) =>
  text.trimEnd().split('\n').slice(-count).join('\n');

const children = new Set();

/** Passes an interrupt on, so that nothing that we started outlives us. */
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) {
      child.kill(signal);
    }
    process.exitCode = signal === 'SIGINT' ? 130 : 143;
    if (children.size === 0) {
      process.exit();
    }
  });
}

/**
 * Runs a program to its end.
 *
 * `show`: its output goes to the terminal; otherwise it is kept and shown only if the program
 * fails. `check: false` returns the status instead of throwing.
 */
export function run(command, args, options = {}) {
  const { cwd = root, env = {}, show = false, check = true } = options;
  const { input, remedy = '', title = command.split('/').pop() } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: [
        input === undefined ? 'ignore' : 'pipe',
        show ? 'inherit' : 'pipe',
        show ? 'inherit' : 'pipe'
      ]
    });
    children.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', text => (output += text));
    }
    child.stdin?.end(input);
    child.on('error', error => {
      children.delete(child);
      reject(
        new StepError(`${title} could not be started: ${error.message}.`, {
          remedy
        })
      );
    });
    child.on('close', (code, signal) => {
      children.delete(child);
      if (code === 0 || !check) {
        resolve({ code: code ?? 1, output });
        return;
      }
      const how = signal ? `was ended by ${signal}` : `ended with ${code}`;
      reject(
        new StepError(`${title} ${how}.`, {
          remedy,
          output: lastLines(output, 40)
        })
      );
    });
  });
}

/** What a short program prints, or null where it fails: for questions, not for work. */
export function ask(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: 20_000,
    ...options
  });
  return result.status === 0 ? result.stdout.trim() : null;
}
