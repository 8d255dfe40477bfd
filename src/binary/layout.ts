import { type Codec, LayoutError, refuse } from './codec.js';

type Kind = 'value' | 'flag' | 'fixed';

/** Where a value lies within a layout, in bits from its first byte, most significant bit first; and how it is kept there. */
export interface Field<T, K extends Kind = 'value', I = T> {
  readonly kind: K;
  readonly firstBit: number;
  readonly lastBit: number;
  put(target: Uint8Array, base: number, value: I): void;
  get(source: Uint8Array, base: number): T;
}

type Fields = Readonly<Record<string, Field<unknown, Kind>>>;
type Flat<T> = { [K in keyof T]: T[K] };
type KeysOf<F extends Fields, K extends Kind> = {
  [Key in keyof F]: F[Key]['kind'] extends K ? Key : never;
}[keyof F];
type Got<X> = X extends Field<infer T, Kind, never> ? T : never;
type Put<X> = X extends Field<unknown, Kind, infer I> ? I : never;

/** What decoding gives: every field that is not fixed. */
type Values<F extends Fields> = Flat<{ readonly [K in KeysOf<F, 'value' | 'flag'>]: Got<F[K]> }>;
/** What encoding takes: the same, but a flag may be left out and is off then. */
type Inputs<F extends Fields> = Flat<
  { readonly [K in KeysOf<F, 'value'>]: Put<F[K]> } & { readonly [K in KeysOf<F, 'flag'>]?: Put<F[K]> }
>;

/** A structure of fixed size, declared once in the coordinates of its standard. A layout is a codec: layouts nest. */
export interface Layout<V, I = V> extends Codec<V, I> {
  readonly name: string;
  readonly fields: Fields;
  /** The structure in bytes of its own; what no field claims is zero. */
  encode(values: I): Uint8Array;
  /** Writes the fields at `offset` and leaves all bits that no field claims as they are. */
  encodeInto(target: Uint8Array, offset: number, values: I): void;
}

/** The values that a layout decodes to. */
export type ValuesOf<L> = L extends { decode(bytes: Uint8Array): infer V } ? V : never;
/** The values that a layout encodes: flags are optional. */
export type InputsOf<L> = L extends { encode(values: infer I): Uint8Array } ? I : never;

const placed = <T, I>(offset: number, codec: Codec<T, I>): Field<T, 'value', I> => ({
  kind: 'value',
  firstBit: offset * 8,
  lastBit: (offset + codec.size) * 8 - 1,
  put: (target, base, value) => {
    codec.encodeInto(target, base + offset, value);
  },
  get: (source, base) => codec.decode(source, base + offset),
});

/** Bytes from byte `n`, zero-based, as the tables of T10 count them. */
export const byte = placed;

const sized = (place: string, length: number, codecSize: number): void => {
  if (length !== codecSize)
    throw new LayoutError('', [place], `holds ${length} bytes, its codec ${codecSize}`);
};

/** Bytes `first` to `last`, one-based and inclusive, as the tables of ECMA-119 count them ("BP 81 to 88"). */
export const bp = <T, I>(first: number, last: number, codec: Codec<T, I>): Field<T, 'value', I> => {
  sized(`BP ${first} to ${last}`, last - first + 1, codec.size);
  return placed(first - 1, codec);
};

/** `length` bytes from relative byte position `offset`, zero-based, as the tables of ECMA-167 count them. */
export const rbp = <T, I>(offset: number, length: number, codec: Codec<T, I>): Field<T, 'value', I> => {
  sized(`RBP ${offset}, length ${length}`, length, codec.size);
  return placed(offset, codec);
};

/** Bits `msb` to `lsb` of byte `n`, both zero-based and inclusive, as the tables of T10 count them. */
export const bits = (n: number, msb: number, lsb: number): Field<number> => {
  const max = 2 ** (msb - lsb + 1) - 1;
  const keep = ~(max << lsb);
  return {
    kind: 'value',
    firstBit: n * 8 + 7 - msb,
    lastBit: n * 8 + 7 - lsb,
    put: (target, base, value) => {
      if (!(Number.isInteger(value) && value >= 0 && value <= max))
        refuse(`${value} does not fit in bits ${msb}..${lsb}`);
      target[base + n] = ((target[base + n] ?? 0) & keep) | (value << lsb);
    },
    get: (source, base) => ((source[base + n] ?? 0) >> lsb) & max,
  };
};

/** One bit of byte `n`, zero-based. */
export const flag = (n: number, bit: number): Field<boolean, 'flag'> => {
  const one = bits(n, bit, bit);
  return {
    kind: 'flag',
    firstBit: one.firstBit,
    lastBit: one.lastBit,
    put: (target, base, value: boolean | undefined) => {
      one.put(target, base, value === true ? 1 : 0);
    },
    get: (source, base) => one.get(source, base) === 1,
  };
};

/** A field that always holds the same value: written always, checked on reading, and not to be passed. */
export const fixed = <T extends number | string | bigint | boolean>(
  field: Field<T, Kind>,
  value: NoInfer<T>,
): Field<T, 'fixed'> => ({
  kind: 'fixed',
  firstBit: field.firstBit,
  lastBit: field.lastBit,
  put: (target, base) => {
    field.put(target, base, value);
  },
  get: (source, base) => {
    const found = field.get(source, base);
    if (found !== value) refuse(`is ${String(found)}, not ${String(value)}`);
    return found;
  },
});

/** As `fixed`, but on reading whatever stands there is accepted: lengths and versions on which devices differ. */
export const preset = <T extends number | string | bigint | boolean>(
  field: Field<T, Kind>,
  value: NoInfer<T>,
): Field<T, 'fixed'> => ({ ...fixed(field, value), get: (source, base) => field.get(source, base) });

/** Which bits the fields claim; refuses a table in which two claim the same, or one lies outside. */
const claimedBits = (name: string, size: number, fields: Fields): Uint8Array => {
  const claimed = new Uint8Array(size * 8);
  for (const [key, { firstBit, lastBit }] of Object.entries(fields)) {
    if (firstBit < 0 || firstBit > lastBit || lastBit >= claimed.length)
      throw new LayoutError(name, [key], `does not lie within ${size} bytes`);
    if (claimed.subarray(firstBit, lastBit + 1).includes(1))
      throw new LayoutError(name, [key], 'claims bits that another field claims');
    claimed.fill(1, firstBit, lastBit + 1);
  }
  return claimed;
};

const rethrow = (error: unknown, name: string, key: string): never => {
  if (error instanceof LayoutError) throw new LayoutError(name, [key, ...error.path], error.reason);
  throw error;
};

const needRoom = (name: string, bytes: Uint8Array, offset: number, size: number): void => {
  if (offset < 0 || offset + size > bytes.length)
    throw new LayoutError(name, [], `needs ${size} bytes, there are ${bytes.length - offset}`);
};

/** Declares a structure of `size` bytes. A table that contradicts itself throws here, while its module loads. */
export const layout = <const F extends Fields>(
  name: string,
  size: number,
  fields: F,
): Layout<Values<F>, Inputs<F>> => {
  claimedBits(name, size, fields);
  const places = Object.entries(fields).map(([key, field]) => ({ key, field }));
  const encodeInto = (target: Uint8Array, offset: number, values: Inputs<F>): void => {
    needRoom(name, target, offset, size);
    let at = '';
    try {
      for (const { key, field } of places) {
        at = key;
        field.put(target, offset, (values as Readonly<Record<string, unknown>>)[key]);
      }
    } catch (error) {
      rethrow(error, name, at);
    }
  };
  const decode = (bytes: Uint8Array, offset = 0): Values<F> => {
    needRoom(name, bytes, offset, size);
    const values: Record<string, unknown> = {};
    let at = '';
    try {
      for (const { key, field } of places) {
        at = key;
        const value = field.get(bytes, offset);
        if (field.kind !== 'fixed') values[key] = value;
      }
    } catch (error) {
      rethrow(error, name, at);
    }
    return values as Values<F>;
  };
  const encode = (values: Inputs<F>): Uint8Array => {
    const bytes = new Uint8Array(size);
    encodeInto(bytes, 0, values);
    return bytes;
  };
  return { name, size, fields, encode, encodeInto, decode };
};

/** Reads a structure of which a device sent only the beginning, or more than we know: what is missing reads as zero. */
export const decodeShort = <V>(of: Layout<V, never>, bytes: Uint8Array): V => {
  if (bytes.length >= of.size) return of.decode(bytes);
  const whole = new Uint8Array(of.size);
  whole.set(bytes);
  return of.decode(whole);
};

/** Maximal runs of unclaimed positions, `[first, last]`. */
const gaps = (claimed: Uint8Array, from: number, to: number): [number, number][] => {
  const runs: [number, number][] = [];
  for (let at = from; at < to; at++) {
    if (claimed[at] !== 0) continue;
    const last = runs.at(-1);
    if (last?.[1] === at - 1) last[1] = at;
    else runs.push([at, at]);
  }
  return runs;
};

const range = (first: number, last: number): string => (first === last ? String(first) : `${first}-${last}`);

/**
 * What the standard calls reserved, in its own coordinates: whole bytes as `73-80`, bits of one byte as `2:7-6`.
 * `base` is the number of the first byte: 0 for T10 and ECMA-167, 1 for ECMA-119.
 */
export const reserved = ({ name, size, fields }: Layout<unknown>, base: 0 | 1): string[] => {
  const claimed = claimedBits(name, size, fields);
  const whole = new Uint8Array(size).fill(1);
  const partial = new Map<number, string[]>();
  for (let n = 0; n < size; n++) {
    const runs = gaps(claimed, n * 8, n * 8 + 8);
    if (runs.some(([first, last]) => last - first === 7)) whole[n] = 0;
    else
      partial.set(
        n,
        runs.map(([first, last]) => `${n + base}:${range(7 - (first % 8), 7 - (last % 8))}`),
      );
  }
  const bytes = new Map(
    gaps(whole, 0, size).map(([first, last]) => [first, range(first + base, last + base)]),
  );
  return Array.from({ length: size }, (_, n) => {
    const run = bytes.get(n);
    return run === undefined ? (partial.get(n) ?? []) : [run];
  }).flat();
};
