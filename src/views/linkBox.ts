/** Copies a link, and shows it, so that it can also be copied by hand. */
import { copyText } from './clipboard';
import { Disposables, el } from './dom';
import type { ITranslation } from './env';

/**
 * Opens a box at the top of `root`; Escape or a look elsewhere closes it.
 *
 * @param note What the link does not show; empty: it shows all.
 */
export function showLink(
  root: HTMLElement,
  link: string,
  note: string,
  trans: ITranslation,
  closed: () => void
): void {
  const listeners = new Disposables();
  const input = el('input', {
    attrs: { type: 'text', readonly: true, 'aria-label': trans.__('Link') }
  });
  input.value = link;
  const status = el('p', { attrs: { role: 'status' } });
  const box = el(
    'div',
    {
      class: 'np-Menu np-Address',
      attrs: { role: 'dialog', 'aria-label': trans.__('Link') }
    },
    status,
    input
  );
  const close = (): void => {
    listeners.dispose();
    box.remove();
  };
  listeners.on(input, 'blur', close);
  listeners.on(input, 'keydown', event => {
    if (event.key === 'Escape' || event.key === 'Enter') {
      event.preventDefault();
      event.stopPropagation();
      close();
      closed();
    }
  });
  root.append(box);
  input.focus();
  input.select();
  void copyText(link).then(done => {
    const said = done
      ? trans.__('This link to what is shown is in the clipboard.')
      : trans.__('Copy this link to what is shown.');
    status.textContent = [said, note].filter(Boolean).join(' ');
  });
}
