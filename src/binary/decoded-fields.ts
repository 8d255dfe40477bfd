import { LayoutError } from './codec.js';
import { type Layout, decodeShort } from './layout.js';
import { toHex } from './hex.js';

/** A field as JSON has it. */
type DecodedValue = number | string | boolean | number[];
export type DecodedFields = Record<string, DecodedValue>;

const asJson = (value: unknown): DecodedValue => {
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  // Text of a fixed length is filled up with blanks.
  return String(value).trimEnd();
};

/**
 * The fields of a structure by their names, for whoever shows them: bytes as hex, and only those fields that lie within what was sent; `except` are told elsewhere.
 * Undefined for bytes that are not this structure.
 */
export const decodedFields = (
  of: Layout<unknown, never>,
  bytes: Uint8Array,
  except: readonly string[] = [],
): DecodedFields | undefined => {
  const isSent = (key: string): boolean =>
    !except.includes(key) && (of.fields[key]?.lastBit ?? Infinity) < bytes.length * 8;
  try {
    const values = decodeShort(of, bytes) as Readonly<Record<string, unknown>>;
    const sent = Object.entries(values).filter(([key]) => isSent(key));
    return Object.fromEntries(sent.map(([key, value]) => [key, asJson(value)]));
  } catch (error) {
    if (error instanceof LayoutError) return undefined;
    throw error;
  }
};
