import {
  exactProfileFromText,
  profileFromText
} from '../../testing/profileFromText';
import { missingStacks, missingTimes } from '../missing';

const counted = exactProfileFromText('f 1 2 3', {
  meta: { kind: 'exact', engine: 'cprofile' }
});
const empty = profileFromText('');
const sampled = profileFromText('f 1');

describe('missingStacks', () => {
  it('tells an engine that counts from a cell that was too short', () => {
    expect(missingStacks(counted)).toEqual({
      what: 'stacks',
      engine: 'cprofile'
    });
    expect(missingStacks(empty)).toEqual({ what: 'samples' });
    expect(missingStacks(sampled)).toBeNull();
  });
});

describe('missingTimes', () => {
  it('tells times that were not noted from those that are no numbers', () => {
    expect(missingTimes(counted)).toEqual({
      what: 'times',
      engine: 'cprofile'
    });
    expect(missingTimes(empty)).toEqual({ what: 'samples' });
    const samples = { ...sampled.samples!, time: new Float64Array([NaN]) };
    expect(missingTimes({ ...sampled, samples })).toEqual({ what: 'numbers' });
    expect(missingTimes(sampled)).toBeNull();
  });
});
