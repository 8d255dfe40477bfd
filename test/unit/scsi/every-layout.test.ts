import fc from 'fast-check';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Layout } from '../../../src/binary/layout.js';

const SCSI = new URL('../../../src/scsi/', import.meta.url);
const GOLDEN = new URL('../../golden/scsi/', import.meta.url);

const isLayout = (value: unknown): value is Layout<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && 'encodeInto' in value && 'fields' in value;

const files = readdirSync(SCSI, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const modules = await Promise.all(
  files.map(async (file) => (await import(new URL(file, SCSI).href)) as Record<string, unknown>),
);
const layouts = modules
  .flatMap((exports) => Object.entries(exports))
  .filter(([, value]) => isLayout(value)) as [string, Layout<Record<string, unknown>>][];

/** Values for all fields from arbitrary bytes; text is held to what may be encoded. */
const valuesFrom = (layout: Layout<Record<string, unknown>>, bytes: Uint8Array): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(layout.fields)
      .filter(([, field]) => field.kind !== 'fixed')
      .map(([key, field]) => {
        const value = field.get(bytes, 0);
        return [key, typeof value === 'string' ? value.replace(/[^!-~]/g, '-') : value];
      }),
  );

const goldenTests = readdirSync(GOLDEN)
  .map((file) => readFileSync(new URL(file, GOLDEN), 'utf8'))
  .join('\n');

describe.each(layouts)('%s', (name, layout) => {
  it('gives back any values it was given', () => {
    const bytes = fc.uint8Array({ minLength: layout.size, maxLength: layout.size });
    fc.assert(
      fc.property(bytes, (given) => {
        const values = valuesFrom(layout, given);
        expect(layout.decode(layout.encode(values))).toEqual(values);
      }),
      { numRuns: 20 },
    );
  });

  it('is held against bytes that we did not make', () => {
    expect(new RegExp(`\\b${name}\\b`).test(goldenTests)).toBe(true);
  });
});
