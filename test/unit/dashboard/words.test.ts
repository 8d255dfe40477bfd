import { describe, expect, it } from 'vitest';
import { jobName } from '../../../src/dashboard/public/words.js';

const images = new Map([
  ['image-1', { summary: { volumeIdentifier: 'LETTERS' } }],
  ['image-2', {}],
]);

describe('what a job is called', () => {
  it.each([
    [{ type: 'data', image: 'image-1', label: 'my letters' }, 'my letters'],
    [{ type: 'data', image: 'image-1' }, 'Data disc “LETTERS”'],
    [{ type: 'data', image: 'image-2' }, 'Data disc'],
    [{ type: 'erase' }, 'Erase'],
  ])('%j', (job, name) => {
    expect(jobName({ label: undefined, image: undefined, ...job }, images)).toBe(name);
  });
});
