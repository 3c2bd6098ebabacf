/** A small profile that tests of several views show. */
import { profileFromText } from './profileFromText';

/** Python, built-in and native code and the kernel, on two lines of a cell; 1 µs in all. */
export const example = profileFromText(
  `
  In[5]:1; sorted(builtin_sorted); In[2].by_value:8      600
  In[5]:2; numpy!dgemm                                   300
  In[5]:2; numpy!dgemm; kernel!page_fault                100  kernel
`,
  {
    unit: 'ns',
    quality: { samples: 1000, stitched: 0.9991, lines: 1, notes: ['A note.'] },
    summary: { unit: 'ns', effective: 1000 },
    cells: [
      {
        name: 'In[5]',
        prompt: 5,
        id: null,
        source: 'best = sorted(rows, key=by_value)\nm = a @ a'
      }
    ]
  }
);
