import { badInputs } from '../../testing/badInput';
import { Output } from '../output';
import { profileFromText } from '../../testing/profileFromText';
import { VIEWS } from '../registry';
import type { Viewer } from '../viewer';

/** Everything that a view may be asked by keys, in an order that goes far. */
const KEYS = [
  ...['ArrowDown', 'ArrowRight', 'End', 'Enter', 'ArrowUp', 'ArrowLeft'],
  ...['Home', 'PageDown', 'PageUp', ' ', '+', '-', '0', 'i', 'n', 'N', 'f'],
  ...['Escape', 'g', 'l', 'm', 's', 'h', 'p', 'a', 't', 'Escape', 'Escape']
];

/** A canvas that takes everything and draws nothing. */
const context = new Proxy(
  { measureText: (text: string) => ({ width: 7 * text.length }) },
  {
    get: (target: Record<string, unknown>, name: string) =>
      name in target ? target[name] : () => null,
    set: () => true
  }
);

let host: HTMLElement;
let errors: string[];

const onError = (event: ErrorEvent): void => {
  event.preventDefault();
  errors.push(event.message);
};

beforeEach(() => {
  errors = [];
  window.addEventListener('error', onError);
  // jsdom has neither.
  Object.assign(HTMLElement.prototype, {
    setPointerCapture: () => undefined,
    releasePointerCapture: () => undefined,
    scrollIntoView: () => undefined
  });
  jest
    .spyOn(HTMLCanvasElement.prototype, 'getContext')
    .mockReturnValue(context as unknown as null);
  // Views draw only where there is room, and with the next frame: at once here,
  // and so late that any motion has ended.
  for (const [side, size] of [
    ['clientWidth', 900],
    ['clientHeight', 400]
  ] as const) {
    const get = jest.spyOn(HTMLElement.prototype, side, 'get');
    get.mockImplementation(function (this: HTMLElement) {
      return this.closest('[hidden]') ? 0 : size;
    });
  }
  jest.spyOn(window, 'requestAnimationFrame').mockImplementation(draw => {
    draw(performance.now() + 1000);
    return 0;
  });
  host = document.createElement('div');
  document.body.append(host);
});

afterEach(() => {
  host.remove();
  window.removeEventListener('error', onError);
  jest.restoreAllMocks();
});

/** Does in the view that is shown what a user might do. */
async function useView(viewer: Viewer): Promise<void> {
  const view = viewer.activeView!;
  const target =
    view.node.querySelector<HTMLElement>('[tabindex="0"]') ?? view.node;
  for (const key of KEYS) {
    const options = { key, bubbles: true, cancelable: true };
    target.dispatchEvent(new KeyboardEvent('keydown', options));
  }
  for (const type of ['pointermove', 'pointerdown', 'pointerup', 'click']) {
    const options = { clientX: 300, clientY: 50, bubbles: true };
    target.dispatchEvent(new MouseEvent(type, options));
  }
  for (const button of view.tools?.querySelectorAll('button') ?? []) {
    button.click();
  }
  for (const choice of view.exports?.() ?? []) {
    // jsdom has no canvas that could become a PNG.
    if (choice.extension !== 'png') {
      await choice.make();
    }
  }
  for (const search of ['work', '(', '<img', '']) {
    viewer.state.set({ search });
  }
}

/** Elements and attributes that only markup could have made. */
function dangers(node: HTMLElement): string[] {
  const found = [...node.querySelectorAll('img, script, iframe, object, link')];
  const attributes = [...node.querySelectorAll('*')]
    .flatMap(element => [...element.attributes])
    .filter(
      ({ name, value }) =>
        name.startsWith('on') ||
        (['href', 'src', 'action'].includes(name) && !value.startsWith('blob:'))
    );
  return [
    ...found.map(({ tagName }) => tagName),
    ...attributes.map(a => a.name)
  ];
}

describe('profiles that no engine writes on a good day', () => {
  it.each(badInputs().map(input => [input.name, input] as const))(
    '%s',
    async (_, { message, refused }) => {
      const output = new Output(host);
      await output.update(message);
      const { viewer } = output;
      if (refused !== undefined) {
        expect(viewer).toBeNull();
        const said = host.querySelector('.np-Failure')!.textContent;
        expect(said).toContain(refused);
        return;
      }
      expect(viewer?.node.isConnected).toBe(true);
      const { profile, others } = viewer!.context;
      const self = others.take({
        ...profile,
        meta: { ...profile.meta, started: 1 }
      });
      const good = others.take(profileFromText('f:1  7'));
      for (const { id, runs } of [
        ...VIEWS.map(({ id }) => ({ id, runs: [] })),
        { id: 'compare', runs: [self] },
        { id: 'compare', runs: [good] },
        { id: 'compare', runs: [good, self] }
      ]) {
        const { compare } = viewer!.state.value;
        viewer!.state.set({ compare: { ...compare, runs }, tab: id });
        const { node } = viewer!.activeView!;
        expect(node.textContent).not.toContain('cannot be shown (');
        // Drawn, or said why not.
        expect(node.querySelector('canvas') ?? node.textContent).toBeTruthy();
        await useView(viewer!);
        viewer!.state.set({ tab: id });
        for (const word of ['NaN', 'Infinity', 'undefined', '[object']) {
          expect(`${id}: ${viewer!.node.textContent}`).not.toContain(word);
        }
        expect(dangers(viewer!.node)).toEqual([]);
        expect(errors).toEqual([]);
      }
      output.dispose();
      expect(host.childElementCount).toBe(0);
      expect(globalThis).not.toHaveProperty('pwned');
    }
  );
});
