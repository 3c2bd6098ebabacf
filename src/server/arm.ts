/**
 * Arms a kernel: asks its nativeprofile package to profile the next execution
 * of one cell. The request is silent: no history, no count, no output.
 */
import type { Kernel } from '@jupyterlab/services';

/** What `nativeprofile.arm` in the kernel takes. */
export interface IArmOptions {
  readonly cell_id: string;
  readonly engine: string;
  readonly rate: number;
  readonly stacks?: string;
  readonly events?: string;
}

/** Why a kernel could not be armed. */
export type ArmReason = 'language' | 'missing' | 'refused' | 'aborted';

/** The kernel was not armed; nothing was run. */
export class ArmError extends Error {
  /** @param command What the user can run in a cell to mend it; may be empty. */
  constructor(
    readonly reason: ArmReason,
    message: string,
    readonly command = ''
  ) {
    super(message);
    this.name = 'ArmError';
  }
}

/** The command that installs the package into the running kernel's Python. */
export const INSTALL = '%pip install nativeprofile';

const SILENCE =
  'The kernel did not say whether it can profile the cell: update its ' +
  'nativeprofile package.';

/** What a kernel answers to one user expression. */
interface IExpressionReply {
  readonly status?: string;
  readonly ename?: string;
  readonly evalue?: string;
  readonly data?: { readonly 'application/json'?: IAnswer };
}

/** What `nativeprofile.arm` returns. */
interface IAnswer {
  readonly ok?: boolean;
  readonly message?: string;
  readonly remedy?: string;
}

/**
 * Arms `kernel` for the cell of `options`; resolves when it is.
 *
 * @throws {@link ArmError} where it is not.
 */
export async function arm(
  kernel: Kernel.IKernelConnection,
  options: IArmOptions
): Promise<void> {
  const { language_info: language } = await kernel.info;
  if (language.name.toLowerCase() !== 'python') {
    throw new ArmError(
      'language',
      `This kernel runs ${language.name}: only cells of Python kernels can be profiled.`
    );
  }
  const { content } = await kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    user_expressions: { nativeprofile: armExpression(options) }
  }).done;
  if (content.status === 'error') {
    throw refusal(content);
  }
  if (content.status !== 'ok') {
    throw new ArmError(
      'aborted',
      'The cell was not run: one before it failed.'
    );
  }
  const reply = content.user_expressions?.nativeprofile as
    IExpressionReply | undefined;
  if (reply?.status !== 'ok') {
    throw refusal(reply ?? {});
  }
  const answer = reply.data?.['application/json'];
  if (answer?.ok !== true) {
    const said = `${answer?.message ?? ''} ${answer?.remedy ?? ''}`.trim();
    throw new ArmError('refused', said || SILENCE);
  }
}

/**
 * The Python expression that arms. The options are JSON in a string literal:
 * what JSON escapes within double quotes, Python reads back the same.
 */
export function armExpression(options: IArmOptions): string {
  const literal = JSON.stringify(JSON.stringify(options));
  return `__import__('nativeprofile').arm(${literal})`;
}

function refusal(reply: IExpressionReply): ArmError {
  const { ename = '', evalue = '' } = reply;
  const missing =
    ename === 'ModuleNotFoundError' && /'nativeprofile'/.test(evalue);
  if (missing) {
    return new ArmError(
      'missing',
      "This kernel's Python does not have the nativeprofile package. " +
        'Run this in a cell, then profile again:',
      INSTALL
    );
  }
  return new ArmError('refused', evalue || SILENCE);
}
