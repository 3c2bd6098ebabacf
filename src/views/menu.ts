/** A small pop-up menu: arrows move, Enter chooses, Escape closes. */
import { Disposables, el } from './dom';

/** An entry; without `run` a heading. */
export interface IMenuEntry {
  readonly label: string;
  readonly run?: () => void;
  /** Set for entries that are on or off. */
  readonly checked?: boolean;
}

/** Opens a menu below `button`, inside `root`; it closes by itself. */
export function openMenu(
  root: HTMLElement,
  button: HTMLElement,
  entries: readonly IMenuEntry[]
): () => void {
  const listeners = new Disposables();
  const menu = el('div', { class: 'np-Menu', attrs: { role: 'menu' } });
  const close = (focus = true): void => {
    listeners.dispose();
    menu.remove();
    button.setAttribute('aria-expanded', 'false');
    if (focus) {
      button.focus();
    }
  };
  for (const entry of entries) {
    menu.append(makeEntry(entry, close));
  }
  const items = [...menu.querySelectorAll('button')];
  listeners.on(menu, 'keydown', event => {
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      items[(at + step + items.length) % items.length].focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      close();
    } else if (event.key !== 'Enter' && event.key !== ' ') {
      return;
    } else {
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  listeners.on(document.body, 'pointerdown', event => {
    if (!menu.contains(event.target as Node) && event.target !== button) {
      close(false);
    }
  });
  button.setAttribute('aria-expanded', 'true');
  root.append(menu);
  items[0]?.focus();
  return () => close(false);
}

function makeEntry(entry: IMenuEntry, close: () => void): HTMLElement {
  const { run, checked } = entry;
  if (!run) {
    return el('div', {
      class: 'np-Menu-heading',
      text: entry.label,
      attrs: { role: 'presentation' }
    });
  }
  const toggles = checked !== undefined;
  const button = el('button', {
    text: toggles ? `${checked ? '✓' : '\u2003'} ${entry.label}` : entry.label,
    attrs: {
      type: 'button',
      role: toggles ? 'menuitemcheckbox' : 'menuitem',
      tabindex: -1
    }
  });
  if (toggles) {
    button.setAttribute('aria-checked', String(checked));
  }
  button.addEventListener('click', () => {
    close();
    run();
  });
  return button;
}
