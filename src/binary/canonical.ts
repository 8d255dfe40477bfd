import { LayoutError } from './codec.js';
import type { Layout } from './layout.js';

/**
 * Names of the fields of a structure that do not stand as this program would write what it reads from them: numbers that are
 * recorded twice and differ, dates that are none, fixed fields with other values.
 */
export const fieldsNotCanonical = (of: Layout<unknown, never>, source: Uint8Array, offset = 0): string[] => {
  const copy = new Uint8Array(of.size);
  const differs = ([, field]: [string, Layout<unknown>['fields'][string]]): boolean => {
    copy.set(source.subarray(offset, offset + of.size));
    try {
      field.put(copy, 0, field.get(source, offset));
    } catch (error) {
      if (error instanceof LayoutError) return true;
      throw error;
    }
    return copy.some((byte, at) => byte !== source[offset + at]);
  };
  return Object.entries(of.fields)
    .filter(differs)
    .map(([name]) => name);
};
