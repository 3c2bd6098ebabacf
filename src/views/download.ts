/** Saving the profile itself, to compare with it or to report on it later. */
import { saveBlob } from './dom';
import type { IDownload, ITranslation } from './env';

/** Saves a message as it stands in the notebook. */
export function profileDownload(
  message: unknown,
  name: string,
  trans: ITranslation
): IDownload {
  return {
    label: trans.__('Profile (JSON)'),
    run: () => {
      const json =
        typeof message === 'string' ? message : JSON.stringify(message);
      const blob = new Blob([json], { type: 'application/json' });
      const file = name.replace(/[^\w.-]+/g, '_') || 'profile';
      saveBlob(blob, `${file}.nativeprofile.json`);
    }
  };
}
