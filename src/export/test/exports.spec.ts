import { csvTable } from '../csv';
import { dotGraph } from '../dot';
import { clipText, type ITextStyle } from '../pen';
import { SvgPen } from '../svg';

const style: ITextStyle = { color: '#000', font: 'sans-serif', size: 10 };

/** jsdom's blobs have no text(). */
function textOf(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(new Error('unreadable blob'));
    reader.readAsText(blob);
  });
}

describe('csvTable', () => {
  it('quotes what needs it and nothing else', async () => {
    const blob = csvTable(
      ['name', 'self'],
      [
        ['plain', 12.5],
        ['a "b", c\nd', null]
      ]
    );
    expect(await textOf(blob)).toBe(
      'name,self\r\nplain,12.5\r\n"a ""b"", c\nd",\r\n'
    );
  });

  it('disarms texts that a spreadsheet would run', async () => {
    const blob = csvTable(['name'], [['=HYPERLINK("x")'], ['-1+1'], ['a=b']]);
    expect(await textOf(blob)).toBe(
      'name\r\n"\'=HYPERLINK(""x"")"\r\n\'-1+1\r\na=b\r\n'
    );
  });
});

describe('dotGraph', () => {
  it('escapes labels and numbers the nodes', async () => {
    const blob = dotGraph(
      'In[5]',
      [
        { label: 'a "quoted" \\ name\nline 2', fill: '#fff', text: '#000' },
        { label: 'b', fill: '#000', text: '#fff' }
      ],
      [{ from: 0, to: 1, label: '3×', width: 1.234 }]
    );
    const text = await textOf(blob);
    expect(text).toContain('digraph "In[5]" {');
    expect(text).toContain('label="a \\"quoted\\" \\\\ name\\nline 2"');
    expect(text).toContain('n0 -> n1 [label="3×", penwidth=1.23];');
  });
});

describe('SvgPen', () => {
  it('writes well-formed XML whatever the names are', async () => {
    const pen = new SvgPen();
    pen.rect(0, 0, 10, 10, '#fff', { color: '#000', width: 1, dash: [2, 1] });
    pen.hatch(0, 0, 20, 10, '#000', 'crossed');
    pen.curve(
      [
        { x: 0, y: 0 },
        { x: 5, y: 20 }
      ],
      { color: '#000', width: 2 },
      true
    );
    pen.text(0, 5, '<script>"&"</script>\u0000\u0007', style);
    const text = await textOf(pen.finish(100, 50, '#fff'));
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
    expect(parsed.querySelector('parsererror')).toBeNull();
    expect(parsed.querySelector('script')).toBeNull();
    expect(parsed.querySelector('text')?.textContent).toBe(
      '<script>"&"</script>'
    );
  });

  it.each(['hatched', 'backslashed', 'lined', 'crossed', 'dotted'] as const)(
    'keeps what is %s within its box',
    async hatching => {
      const pen = new SvgPen();
      pen.hatch(10, 0, 20, 10, '#000', hatching);
      const text = await textOf(pen.finish(100, 50, '#fff'));
      const numbers = [...text.matchAll(/[ML]([\d.]+) ([\d.]+)/g)];
      expect(numbers.length).toBeGreaterThanOrEqual(4);
      for (const [, x, y] of numbers) {
        expect(Number(x)).toBeGreaterThanOrEqual(10);
        expect(Number(x)).toBeLessThanOrEqual(30);
        expect(Number(y)).toBeLessThanOrEqual(10);
      }
    }
  );
});

describe('clipText', () => {
  const pen = new SvgPen();

  it('leaves what fits, shortens what does not, drops stubs', () => {
    expect(clipText(pen, 'sorted', style, 100)).toBe('sorted');
    const clipped = clipText(pen, 'a_long_function_name', style, 60);
    expect(clipped).toMatch(/^a_long.*…$/);
    expect(pen.measure(clipped, style)).toBeLessThanOrEqual(60);
    expect(clipText(pen, 'sorted', style, 12)).toBe('');
    expect(clipText(pen, 'sorted', style, -5)).toBe('');
  });

  it('does not read all of a huge name', () => {
    const measured: number[] = [];
    const counting = {
      measure: (text: string) => {
        measured.push(text.length);
        return text.length * 5;
      }
    };
    const huge = 'x'.repeat(1_000_000);
    clipText(Object.assign(new SvgPen(), counting), huge, style, 100);
    expect(Math.max(...measured)).toBeLessThan(200);
  });
});
