import { describe, expect, it } from 'vitest';
import { imageProgressWords, jobName } from '../../../src/dashboard/public/words.js';

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

describe('how far the image of a job is', () => {
  it.each([
    [{ phase: 'scan', done: 12_345, total: 0 }, 'Finding the files: 12,345'],
    [{ phase: 'spool', done: 42, total: 100 }, 'Copying the files: 42 %'],
    [{ phase: 'import', done: 640, total: 0, files: 7 }, 'Reading the disc that it continues: 7'],
    [{ phase: 'import', done: 640, total: 0 }, 'Reading the disc that it continues'],
    [{ phase: 'write', done: 0, total: 0 }, 'Writing the image'],
  ])('%j', (progress, words) => {
    expect(imageProgressWords({ files: undefined, ...progress })).toBe(words);
  });
});
