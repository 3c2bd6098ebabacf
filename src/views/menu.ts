/** A small pop-up menu: arrows move, Enter chooses, Escape closes. */
import { Disposables, el } from './dom';

/** An entry; without `run` a heading. */
export interface IMenuEntry {
  readonly label: string;
  readonly run?: () => void;
  /** Set for entries that are on or off. */
  readonly checked?: boolean;
  /** True for one of several entries of which one is on. */
  readonly choice?: boolean;
  /** True: the menu stays open, so that several entries can be turned on or off. */
  readonly stays?: boolean;
  /** A number or word at the right. */
  readonly detail?: string;
  /** True for an entry that belongs to the one above. */
  readonly inset?: boolean;
}

/** A point of the window. */
export interface IMenuPoint {
  readonly clientX: number;
  readonly clientY: number;
}

/**
 * Opens a menu inside `root`, below `button` or at a point; it closes by itself,
 * and the focus is where it was: in the view, if a key opened it, else on the button.
 */
export function openMenu(
  root: HTMLElement,
  button: HTMLElement,
  entries: readonly IMenuEntry[],
  point?: IMenuPoint
): () => void {
  const listeners = new Disposables();
  const before = document.activeElement;
  const origin =
    before instanceof HTMLElement && root.contains(before) ? before : button;
  const menu = el('div', {
    class: 'np-Menu',
    attrs: {
      role: 'menu',
      'aria-label':
        button.title || origin.ariaLabel || (button.textContent ?? '')
    }
  });
  const expand = (on: boolean): void => {
    if (button.hasAttribute('aria-haspopup')) {
      button.setAttribute('aria-expanded', String(on));
    }
  };
  const close = (focus = true): void => {
    listeners.dispose();
    menu.remove();
    expand(false);
    if (focus) {
      (origin.isConnected ? origin : button).focus();
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
    } else if (event.key === 'Home' || event.key === 'End') {
      items.at(event.key === 'Home' ? 0 : -1)?.focus();
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
    const again = !point && event.target === button;
    if (!menu.contains(event.target as Node) && !again) {
      close(false);
    }
  });
  expand(true);
  root.append(menu);
  if (point) {
    placeAt(menu, point, root);
  } else {
    placeBelow(menu, button, root);
  }
  (items.find(item => item.ariaChecked === 'true') ?? items[0])?.focus();
  return () => close(false);
}

/** Puts a menu under its button, and keeps it inside `root`. */
export function placeBelow(
  menu: HTMLElement,
  button: HTMLElement,
  root: HTMLElement
): void {
  const outer = root.getBoundingClientRect();
  const box = button.getBoundingClientRect();
  const top = box.bottom - outer.top + 2;
  const right = outer.right - box.right;
  const widest = outer.width - menu.offsetWidth - 8;
  menu.style.top = `${top}px`;
  menu.style.right = `${Math.max(8, Math.min(right, widest))}px`;
  menu.style.maxHeight = `${Math.max(80, outer.height - top - 8)}px`;
}

/** Puts the menu at a point, as far as it stays inside `root`. */
function placeAt(
  menu: HTMLElement,
  { clientX, clientY }: IMenuPoint,
  root: HTMLElement
): void {
  const outer = root.getBoundingClientRect();
  const left = clientX - outer.left;
  const top = clientY - outer.top;
  const most = { left: outer.width - 8, top: outer.height - 8 };
  menu.style.maxHeight = `${Math.max(80, most.top - 8)}px`;
  menu.style.left = `${Math.max(8, Math.min(left, most.left - menu.offsetWidth))}px`;
  menu.style.top = `${Math.max(8, Math.min(top, most.top - menu.offsetHeight))}px`;
}

function makeEntry(entry: IMenuEntry, close: () => void): HTMLElement {
  const { run, checked, detail } = entry;
  if (!run) {
    return el('div', {
      class: 'np-Menu-heading',
      text: entry.label,
      attrs: { role: 'presentation' }
    });
  }
  const toggles = checked !== undefined;
  const role = entry.choice ? 'menuitemradio' : 'menuitemcheckbox';
  const words = (on: boolean): string =>
    toggles ? `${on ? '✓' : '\u2003'} ${entry.label}` : entry.label;
  const name = el('span', { text: words(checked ?? false) });
  const button = el(
    'button',
    {
      class: entry.inset ? 'np-mod-inset' : '',
      attrs: {
        type: 'button',
        role: toggles ? role : 'menuitem',
        tabindex: -1
      }
    },
    name,
    detail ? el('span', { class: 'np-Menu-detail', text: ` ${detail}` }) : null
  );
  if (toggles) {
    button.setAttribute('aria-checked', String(checked));
  }
  button.addEventListener('click', () => {
    if (!entry.stays) {
      close();
    } else if (toggles) {
      const on = button.getAttribute('aria-checked') !== 'true';
      button.setAttribute('aria-checked', String(on));
      name.textContent = words(on);
    }
    run();
  });
  return button;
}
