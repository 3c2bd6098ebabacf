import type { Kernel } from '@jupyterlab/services';
import { arm, ArmError, armExpression, INSTALL } from '../arm';

const OPTIONS = { cell_id: 'a-1', engine: 'perf', rate: 999 };

interface IRequest {
  code: string;
  silent: boolean;
  store_history: boolean;
  user_expressions: Record<string, string>;
}

/** A kernel that answers one request with `content`, and what it was asked. */
function kernel(
  content: object,
  language = 'python'
): { connection: Kernel.IKernelConnection; requests: IRequest[] } {
  const requests: IRequest[] = [];
  const connection = {
    info: Promise.resolve({ language_info: { name: language } }),
    requestExecute: (request: IRequest) => {
      requests.push(request);
      return { done: Promise.resolve({ content }) };
    }
  };
  return {
    connection: connection as unknown as Kernel.IKernelConnection,
    requests
  };
}

function answer(json: object): object {
  return {
    status: 'ok',
    user_expressions: {
      nativeprofile: { status: 'ok', data: { 'application/json': json } }
    }
  };
}

async function refusal(content: object, language?: string): Promise<ArmError> {
  const error: unknown = await arm(
    kernel(content, language).connection,
    OPTIONS
  ).catch(reason => reason);
  expect(error).toBeInstanceOf(ArmError);
  return error as ArmError;
}

describe('arm', () => {
  it('asks silently, with no code and no history', async () => {
    const { connection, requests } = kernel(answer({ ok: true }));
    await arm(connection, OPTIONS);
    expect(requests).toEqual([
      {
        code: '',
        silent: true,
        store_history: false,
        user_expressions: { nativeprofile: armExpression(OPTIONS) }
      }
    ]);
  });

  it('gives the options as JSON in a Python string literal', () => {
    const quoting = { ...OPTIONS, cell_id: 'a"b\\c\'d\ne' };
    const expression = armExpression(quoting);
    const literal = /^__import__\('nativeprofile'\)\.arm\((".*")\)$/s.exec(
      expression
    )![1];
    expect(literal).not.toContain('\n');
    expect(JSON.parse(JSON.parse(literal) as string)).toEqual(quoting);
  });

  it('names the install command where the package is missing', async () => {
    const error = await refusal({
      status: 'ok',
      user_expressions: {
        nativeprofile: {
          status: 'error',
          ename: 'ModuleNotFoundError',
          evalue: "No module named 'nativeprofile'"
        }
      }
    });
    expect(error.reason).toBe('missing');
    expect(error.command).toBe(INSTALL);
  });

  it('does not take another missing module for the package', async () => {
    const error = await refusal({
      status: 'ok',
      user_expressions: {
        nativeprofile: {
          status: 'error',
          ename: 'ModuleNotFoundError',
          evalue: "No module named 'numpy'"
        }
      }
    });
    expect(error.reason).toBe('refused');
    expect(error.message).toContain('numpy');
    expect(error.command).toBe('');
  });

  it('passes on what the package says against it', async () => {
    const error = await refusal(
      answer({ ok: false, message: 'No such engine: x.', remedy: 'Use auto.' })
    );
    expect(error.message).toBe('No such engine: x. Use auto.');
  });

  it('does not take silence for consent', async () => {
    expect((await refusal(answer({}))).reason).toBe('refused');
    expect((await refusal({ status: 'ok' })).reason).toBe('refused');
  });

  it('tells an aborted request apart', async () => {
    expect((await refusal({ status: 'aborted' })).reason).toBe('aborted');
  });

  it('asks only Python kernels', async () => {
    const { connection, requests } = kernel(answer({ ok: true }), 'julia');
    await expect(arm(connection, OPTIONS)).rejects.toThrow('julia');
    expect(requests).toEqual([]);
  });
});
