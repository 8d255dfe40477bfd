import { expect, it } from 'vitest';
import { samplesOf } from '../../../src/drive/read-contents.js';

it('A medium is looked at within what can be read of it, and nowhere where that is nothing', () => {
  expect(samplesOf(0)).toEqual([]);
  expect(samplesOf(1)).toEqual([0]);
  expect(samplesOf(33)).toEqual([32, 32]);
  expect(samplesOf(300)).toEqual([288, 32, 64, 128, 256]);
});
