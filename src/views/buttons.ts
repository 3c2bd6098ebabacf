/** Buttons: an icon with a name, and a switch. */
import { el } from './dom';
import { icon, type IconName } from './icons';

/** A button that shows an icon and says `label`. */
export function iconButton(name: IconName, label: string): HTMLButtonElement {
  return el(
    'button',
    {
      class: 'np-Icon',
      attrs: { type: 'button', title: label, 'aria-label': label }
    },
    icon(name)
  );
}

/** A button that opens a menu of choices; `kind` is a further class. */
export function pickerButton(title = '', kind = ''): HTMLButtonElement {
  return el('button', {
    class: `np-Picker ${kind}`.trim(),
    attrs: {
      type: 'button',
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      ...(title && { title })
    }
  });
}

/** A button that is on or off. */
export function toggleButton(label: string, title: string): HTMLButtonElement {
  return el('button', {
    class: 'np-Toggle',
    text: label,
    attrs: { type: 'button', title, 'aria-pressed': 'false' }
  });
}

/** Shows a toggle on or off. */
export function setPressed(button: HTMLButtonElement, on: boolean): void {
  button.setAttribute('aria-pressed', String(on));
}
