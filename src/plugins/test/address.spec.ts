import { linkTo, readLink } from '../address';

describe('links', () => {
  it('say the notebook, the profile and the state', () => {
    const state = { tab: 'flame', conditions: '-name:"a, b" module:größe' };
    const link = linkTo('a b/n&1.ipynb', '17.5 3 In[5]', state);
    const url = new URL(link, 'http://localhost');
    expect(url.pathname).toContain('/lab/tree/a%20b/n%261.ipynb');
    expect(readLink(url.search)).toEqual({
      path: 'a b/n&1.ipynb',
      key: '17.5 3 In[5]',
      state
    });
  });

  it.each([
    '',
    '?nativeprofile=',
    '?nativeprofile=1',
    '?nativeprofile={"path":1}'
  ])('are nothing else: %s', search => expect(readLink(search)).toBeNull());
});
