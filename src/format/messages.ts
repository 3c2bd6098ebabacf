import type { IWireError, IWireProgress } from './types';

/** Whether an output of our MIME type says that the cell is still running. */
export function isProgress(message: unknown): message is IWireProgress {
  return isObject(message) && isObject(message.progress);
}

/** Whether an output of our MIME type says why there is no profile. */
export function isError(message: unknown): message is IWireError {
  return (
    isObject(message) &&
    isObject(message.error) &&
    typeof message.error.message === 'string'
  );
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
