import { expect, it } from 'vitest';
import type { Layout } from '../../src/binary/layout.js';
import { hex, unhex } from './hex.js';

/** Bytes that somebody else made, and what they mean: the layout must read the one as the other and write it again. */
export const golden = <V, I extends object>(
  title: string,
  layout: Layout<V, I>,
  values: I,
  text: string,
): void => {
  it(title, () => {
    const bytes = unhex(text);
    expect(hex(layout.encode(values))).toBe(hex(bytes));
    expect(layout.decode(bytes)).toMatchObject(values);
  });
};
