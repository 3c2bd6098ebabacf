/** Where tests show a viewer, and how they type into it. */

/**
 * A place in the page. jsdom draws nothing; with `size` elements are that
 * many pixels wide and high, otherwise it lays nothing out either.
 */
export function makeHost(size?: readonly [number, number]): HTMLElement {
  jest.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  if (size) {
    const [width, height] = size;
    jest
      .spyOn(HTMLElement.prototype, 'clientWidth', 'get')
      .mockReturnValue(width);
    jest
      .spyOn(HTMLElement.prototype, 'clientHeight', 'get')
      .mockReturnValue(height);
  }
  const host = document.createElement('div');
  host.classList.add('np-Output');
  document.body.append(host);
  return host;
}

/** A key pressed in an element; returns the event as it was left. */
export function press(target: Element, key: string): KeyboardEvent {
  const event = new KeyboardEvent('keydown', {
    key,
    bubbles: true,
    cancelable: true
  });
  target.dispatchEvent(event);
  return event;
}
