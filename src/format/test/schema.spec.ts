import Ajv from 'ajv';
import { message } from './wire';

/** The schema that the Python side checks its profiles against as well. */
const schema = jest.requireActual<object>(
  '../../../schema/wire/profile.v1.schema.json'
);
const sample = jest.requireActual<Record<string, unknown>>(
  './samples/profile.json'
);

describe('the JSON schema', () => {
  const validate = new Ajv({ strict: false }).compile(schema);

  it('takes progress and errors', () => {
    const progress = {
      phase: 'running',
      elapsed_ns: 1,
      samples: null,
      engine: 'perf'
    };
    expect(validate({ version: 1, progress })).toBe(true);
    const error = { message: 'No perf.', remedy: 'Install it.' };
    expect(validate({ version: 1, error })).toBe(true);
  });

  it('takes the tables that Python writes', () => {
    const { expected, ...profile } = sample;
    expect(expected).toBeDefined();
    validate(profile);
    expect(validate.errors).toBeNull();
  });

  it('takes the tables that these tests are about', () => {
    validate(message());
    expect(validate.errors).toBeNull();
  });

  it.each(['values', 'tables', 'strings'])('asks for %s', key => {
    const { [key]: gone, ...rest } = message();
    expect(gone).toBeDefined();
    expect(validate(rest)).toBe(false);
  });
});
