/** A viewer remembers the height its user gave it. */
import type { Disposables } from './dom';

const KEY = 'nativeprofile:height';

/** Gives `node` the height chosen last, and keeps the next choice. */
export function rememberHeight(
  node: HTMLElement,
  listeners: Disposables
): void {
  const kept = heightKept();
  if (kept !== null) {
    node.style.height = `${kept}px`;
  }
  // A drag of the corner writes the height into the style; nothing else does.
  listeners.on(node, 'pointerup', () => {
    const height = parseFloat(node.style.height);
    if (height && Math.abs(height - Number(read())) >= 1) {
      write(String(Math.round(height)));
    }
  });
}

/** The height chosen last in pixels, null if none was. */
export function heightKept(): number | null {
  const kept = Number(read());
  return kept >= 200 && kept <= 2000 ? kept : null;
}

// Storage may be forbidden (private windows, sandboxed pages): then forget.
function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function write(value: string): void {
  try {
    localStorage.setItem(KEY, value);
  } catch {
    return;
  }
}
