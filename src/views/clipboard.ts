/** The clipboard. */
import type { IViewContext } from './view';

/** Puts text into the clipboard; false where the browser does not let us. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Puts a name into the clipboard and says so. */
export async function copyName(
  { announce, trans }: IViewContext,
  name: string
): Promise<void> {
  announce(
    (await copyText(name))
      ? trans.__('Copied %1', name)
      : trans.__('The browser does not let this page copy.')
  );
}
