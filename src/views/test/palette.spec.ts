import { CATEGORIES } from '../../format/types';

const { readFileSync } = jest.requireActual<{
  readFileSync(path: string, encoding: 'utf-8'): string;
}>('fs');
const root = expect.getState().testPath!.replace(/src.views.test.*$/, '');
const css = readFileSync(`${root}style/base.css`, 'utf-8');

/** The variables of the first rule with exactly this selector. */
function variables(selector: string): Map<string, string> {
  const start = css.indexOf(`\n${selector} {`);
  const rule = css.slice(start, css.indexOf('\n}', start));
  return new Map(
    [...rule.matchAll(/--np-([\w-]+):\s*([^;]+);/g)].map(match => [
      match[1],
      // What stands without JupyterLab: the fallback of a variable.
      match[2].replace(/^var\([^,]+,\s*(.*)\)$/s, '$1').trim()
    ])
  );
}

/** Relative luminance as WCAG 2 defines it. */
function luminance(color: string): number {
  const hex =
    color.length === 4 ? color.slice(1).replace(/./g, '$&$&') : color.slice(1);
  const [r, g, b] = [0, 2, 4].map(at => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/** `share` of a colour over another, as `color-mix` in sRGB does it. */
function mix(color: string, ground: string, share: number): string {
  const part = (at: number): string => {
    const value = (of: string): number => {
      const hex = of.length === 4 ? of.replace(/[^#]/g, '$&$&') : of;
      return parseInt(hex.slice(at, at + 2), 16);
    };
    return Math.round(share * value(color) + (1 - share) * value(ground))
      .toString(16)
      .padStart(2, '0');
  };
  return `#${[1, 3, 5].map(part).join('')}`;
}

describe.each([
  ['light', '.np-Output,\n.np-CellHeat'],
  ['dark', "[data-jp-theme-light='false'] :is(.np-Output, .np-CellHeat)"]
])('the %s palette', (_, selector) => {
  const colors = variables(selector);

  it.each([...CATEGORIES])('has legible text on %s', name => {
    const ratio = contrast(colors.get(name)!, colors.get(`on-${name}`)!);
    expect(ratio).toBeGreaterThanOrEqual(4.5);
  });

  it.each(
    ['more', 'less']
      .flatMap(kind => [1, 2, 3].map(level => `${kind}${level}`))
      .concat('noise')
  )('has legible text on %s', name => {
    const ratio = contrast(colors.get(name)!, colors.get(`on-${name}`)!);
    expect(ratio).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['text', 'text-soft', 'accent', 'warn', 'error'])(
    'has legible %s on every background',
    name => {
      for (const ground of ['bg', 'bg-soft']) {
        const ratio = contrast(colors.get(name)!, colors.get(ground)!);
        expect(ratio).toBeGreaterThanOrEqual(4.5);
      }
    }
  );

  it.each([
    'text',
    'text-soft',
    'code-keyword',
    'code-string',
    'code-number',
    'code-def'
  ])('has legible %s on the hottest line', name => {
    const tint = mix(colors.get('hot')!, colors.get('bg')!, 0.26);
    const ratio = contrast(colors.get(name)!, tint);
    expect(ratio).toBeGreaterThanOrEqual(4.5);
  });

  it('gives every category a colour of its own', () => {
    const fills = CATEGORIES.map(name => colors.get(name));
    expect(new Set(fills).size).toBe(CATEGORIES.length);
  });
});
