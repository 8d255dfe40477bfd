import { expect, it } from 'vitest';
import { highestFirst, type Sections } from '../../../../src/image/import/iso-sections.js';
import { countedWork } from '../../../support/counted-work.js';

const TEXT = new Map<Uint8Array, string>();

/** Sections of which nothing but the identifier is looked at. */
const called = (text: string): Sections => {
  const identifier = Buffer.from(text, 'latin1');
  TEXT.set(identifier, text);
  return { first: { identifier } as Partial<Sections['first']> as Sections['first'], runs: [] };
};

const sorted = (files: readonly Sections[]): readonly Sections[] =>
  highestFirst(files, (identifier) => TEXT.get(identifier) ?? '');

it('Of the versions of a file the highest comes first, and files stay in their order', () => {
  const files = ['A;1', 'A;3', 'A;2', 'B;1'].map(called);
  expect(sorted(files).map(({ first }) => TEXT.get(first.identifier))).toEqual(['A;3', 'A;2', 'A;1', 'B;1']);
});

it('Files of one name and version come back, each once, and cost so much for each of them', async () => {
  const files = Array.from({ length: 5000 }, () => called('A;2'));
  let found: readonly Sections[] = [];
  const { steps } = await countedWork(() => Promise.resolve((found = sorted(files))));
  expect(steps).toBeLessThan(100 * files.length);
  expect(new Set(found)).toEqual(new Set(files));
});
