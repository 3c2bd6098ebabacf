import {
  exactProfileFromText,
  profileFromText
} from '../../testing/profileFromText';
import { breakdown } from '../breakdown';
import { callGraph } from '../callGraph';
import { callTree } from '../callTree';
import { stackView } from '../filter';
import { NO_FILTER } from '../stackView';
import { functionRows } from '../functionTable';
import { effectiveSamples, halfWidth, uncertainty } from '../intervals';
import { firstLane } from '../lanes';
import { lineRows } from '../lines';
import { formatEstimate } from '../units';

/** The same cases as python/tests/test_agreement.py; Wilson's equation solved by bisection. */
const cases = jest.requireActual<{
  readonly half_width: [number, number, number][];
  readonly effective_samples: [number[], number][];
  readonly estimate: [number, number, number | null, string][];
}>('./samples/intervals.json');

describe('intervals', () => {
  it.each(cases.half_width)(
    'of %d in %d samples have half a width of %d',
    (share, samples, expected) => {
      expect(halfWidth(share, samples)).toBeCloseTo(expected, 12);
    }
  );

  it.each(cases.effective_samples)(
    'take weights %j for %d samples',
    (weights, expected) => {
      const sum = weights.reduce((a, b) => a + b, 0);
      const squares = weights.reduce((a, b) => a + b * b, 0);
      expect(effectiveSamples(sum, squares)).toBeCloseTo(expected, 9);
    }
  );

  it.each(cases.estimate)(
    'of %d of %d in %d samples read %s',
    (part, whole, samples, expected) => {
      const half = samples === null ? 0 : halfWidth(part / whole, samples);
      const text = formatEstimate(part, whole, part > 0 ? half : 0);
      expect(text.replace(/\u00a0/g, ' ')).toBe(expected);
    }
  );
});

describe('a profile of wall time', () => {
  const values = [
    { name: 'cpu', unit: 'ns' },
    { name: 'wall', unit: 'ns' },
    { name: 'page-faults', unit: 'count', exact: true }
  ];
  const profile = profileFromText(
    `
    In[5]:1; f:2                        10/10/1
    In[5]:1; f:2                        10/10/0
    In[5]:3; f:2                        10/10/0
    In[5]:1; f:2; kernel!off_cpu        0/70/0    sleep
  `,
    { values }
  );

  it('samples the time on CPUs and measures that off them', () => {
    const { precision, measured } = stackView(profile, NO_FILTER, 1);
    expect(precision).toEqual({ samples: 3, estimated: 30, total: 100 });
    expect(measured!.reduce((a, b) => a + b)).toBe(70);
    // All of it is off the CPU: no interval. A third of the rest: that of 1 in 3.
    expect(uncertainty(precision, 70, 70)).toBe(0);
    expect(uncertainty(precision, 80, 70)).toBeCloseTo(
      0.3 * halfWidth(1 / 3, 3),
      12
    );
  });

  it('leaves samples out that have none of a value', () => {
    const cpu = stackView(profile, NO_FILTER, 0);
    expect(cpu.samples).toBe(3);
    expect(cpu.measured).toBeNull();
    expect([0, 1, 2, 3].map(cpu.rowOf)).toEqual([1, 1, 3, -1]);
    expect(callTree(cpu).count[0]).toBe(3);
  });

  it('keeps what was measured apart in every table', () => {
    const wall = stackView(profile, NO_FILTER, 1);
    const tree = callTree(wall);
    expect(tree.measured!.inclusive).toEqual(Float64Array.of(70, 70, 70));
    expect(tree.measured!.self).toEqual(Float64Array.of(0, 0, 70));
    const leaves = callTree(wall, { invert: true }).measured!;
    expect(leaves.inclusive[0]).toBe(70);
    const rows = functionRows(profile, wall);
    expect(rows.measured!.self).toEqual(Float64Array.of(70, 0, 0));
    const lines = lineRows(profile, wall);
    expect([...lines.line]).toEqual([2, 1, 3]);
    expect(lines.measured!.self).toEqual(Float64Array.of(70, 0, 0));
    expect(lines.measured!.inclusive).toEqual(Float64Array.of(70, 70, 0));
    const parts = breakdown(profile, wall).children;
    expect(parts.map(part => [part.label, part.measured])).toEqual([
      ['sleep', 70],
      ['python', 0]
    ]);
    const focus = rows.func[0];
    const graph = callGraph(profile, wall, {
      threshold: 0,
      maxNodes: 9,
      focus
    });
    expect(graph.nodes.measured!.inclusive).toEqual(
      Float64Array.of(70, 70, 70)
    );
  });

  it('does not estimate events of which each was recorded', () => {
    const { precision, total } = stackView(profile, NO_FILTER, 2);
    expect(total).toBe(1);
    expect(precision.estimated).toBe(0);
    expect(uncertainty(precision, 1, 1)).toBe(0);
  });

  it('takes each of several samples in one row for one', () => {
    const counted = profileFromText('f 90\ng 10', {
      values: [{ name: 'samples', unit: 'count' }]
    });
    expect(stackView(counted).precision.samples).toBe(100);
  });

  it('counts the samples from before they were gathered', () => {
    const gathered = { ...profile.summary, effective: 300 };
    const { precision } = stackView({ ...profile, summary: gathered });
    expect(precision.samples).toBe(300);
  });

  it('knows by how many samples times were estimated where calls were counted', () => {
    const text = 'f 1 30 100\ng 2 70 70\nf > g 2 70 70';
    const counted = exactProfileFromText(text, { unit: 'ns' });
    const sure = { samples: 0, estimated: 0, total: 100 };
    expect(stackView(counted).precision).toEqual(sure);
    const summary = { ...counted.summary, effective: 50 };
    const { precision } = stackView({ ...counted, summary });
    expect(precision).toEqual({ samples: 50, estimated: 100, total: 100 });
    expect(uncertainty(precision, 70)).toBeCloseTo(halfWidth(0.7, 50), 9);
  });

  it('counts those of the cell’s own thread where wall time comes first', () => {
    const waits = profileFromText('f 10\ng 10\nh 10 [pool]\nh 10 [pool]', {
      values: [{ name: 'wall', unit: 'ns' }],
      summary: { effective: 30 }
    });
    const lane = firstLane(waits, 0);
    const { precision } = stackView(waits, { ...NO_FILTER, lane });
    expect(precision.samples).toBe(30);
  });
});
