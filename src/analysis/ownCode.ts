/** Which source files are the reader's own, and which somebody else's. */
import type { IProfile } from '../model/profile';

/**
 * Where installers and Python itself put files: packages, the standard
 * library (also zipped, or below `Lib` on Windows), and code without a file.
 */
const INSTALLED =
  /[\\/](site|dist)-packages[\\/]|[\\/]lib(64)?[\\/](python|pypy)\d|[\\/]python\d+\.zip[\\/]|Python[\d.]*\\Lib\\|^</;

/** Tells of rows of `profile.strings` whether they are files of the reader's own. */
export function ownFiles(profile: IProfile): (file: number) => boolean {
  const known = new Int8Array(profile.strings.length).fill(-1);
  return file => {
    if (known[file] < 0) {
      known[file] = Number(!INSTALLED.test(profile.strings[file]));
    }
    return known[file] === 1;
  };
}
