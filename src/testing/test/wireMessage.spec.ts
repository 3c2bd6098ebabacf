import { decode } from '../../format/decode';
import { exactProfileFromText, profileFromText } from '../profileFromText';
import { wireMessage } from '../wireMessage';

describe('wireMessage', () => {
  it.each([
    [
      'samples',
      profileFromText(
        'In[5]:1; f@f.pyx:7<4-9>; ^numpy!dot  3/4  gc  [child 7/pool]  {Task-1 main}',
        {
          values: [
            { name: 'cpu', unit: 'ns' },
            { name: 'wall', unit: 'ns' }
          ]
        }
      )
    ],
    ['exact counts', exactProfileFromText('f  2 10 30\nf > m.g  6 20 20')]
  ])('is read as the profile that it was, of %s', async (_, profile) => {
    const text = JSON.stringify(wireMessage(profile));
    expect(await decode(JSON.parse(text))).toMatchObject(profile);
  });
});
