/** Where tests show a viewer. */

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
