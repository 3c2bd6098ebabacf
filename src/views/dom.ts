/** The little DOM that the views need: make an element, undo everything later. */

type Child = Node | string | null;

/** How an element is made: `class`, `text` and attributes. */
export interface IElementOptions {
  readonly class?: string;
  readonly text?: string;
  readonly attrs?: Readonly<Record<string, string | number | boolean>>;
}

/** Makes an element. Text is set as text, never as HTML. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: IElementOptions = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  if (options.class) {
    node.className = options.class;
  }
  if (options.text !== undefined) {
    node.textContent = options.text;
  }
  for (const [name, value] of Object.entries(options.attrs ?? {})) {
    if (value !== false) {
      node.setAttribute(name, value === true ? '' : String(value));
    }
  }
  node.append(...children.filter(child => child !== null));
  return node;
}

/** A collection of things to undo, in reverse order. */
export class Disposables {
  /** Adds an undo step. */
  add(undo: () => void): void {
    this._undo.push(undo);
  }

  /** Listens until disposed. */
  on<K extends keyof HTMLElementEventMap>(
    target: EventTarget,
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
    options?: AddEventListenerOptions
  ): void {
    const handler = listener as EventListener;
    target.addEventListener(type, handler, options);
    this.add(() => target.removeEventListener(type, handler, options));
  }

  /** Calls `listener` when the size of `target` changes, until disposed. */
  resized(target: Element, listener: () => void): void {
    // jsdom has none; there nothing ever changes its size.
    if (typeof ResizeObserver === 'undefined') {
      return;
    }
    const observer = new ResizeObserver(listener);
    observer.observe(target);
    this.add(() => observer.disconnect());
  }

  /** Undoes everything; a second call does nothing. */
  dispose(): void {
    for (const undo of this._undo.splice(0).reverse()) {
      undo();
    }
  }

  private readonly _undo: (() => void)[] = [];
}

let counter = 0;

/** An id that no other element of the page has. */
export function uniqueId(prefix: string): string {
  return `np-${prefix}-${++counter}`;
}

/** True if motion is to be avoided. */
export function reducedMotion(): boolean {
  return (
    typeof matchMedia === 'function' &&
    matchMedia('(prefers-reduced-motion: reduce)').matches
  );
}

/** Sets off the download of a blob under a file name. */
export function saveBlob(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = el('a', { attrs: { href: url, download: fileName } });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the URL after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
