/** How a value of `size` bytes is kept. `I` is what encoding accepts, `T` what decoding gives. */
export interface Codec<T, I = T> {
  readonly size: number;
  encodeInto(target: Uint8Array, offset: number, value: I): void;
  decode(source: Uint8Array, offset?: number): T;
}

/** A value that does not fit its place, or bytes that are not what a structure says; with the place in the message. */
export class LayoutError extends Error {
  override readonly name = 'LayoutError';
  readonly path: readonly string[];
  readonly reason: string;

  constructor(layout: string, path: readonly string[], reason: string) {
    super(`${[layout, ...path].filter((part) => part !== '').join('.')}: ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}

/** Throws what the layout around it completes with the name of the field. */
export const refuse = (reason: string): never => {
  throw new LayoutError('', [], reason);
};

const checkInteger = (value: number, min: number, max: number): void => {
  if (!(Number.isInteger(value) && value >= min && value <= max))
    refuse(`${value} is not an integer from ${min} to ${max}`);
};

/** The byte at `at`; layouts have checked that it exists. */
const octet = (source: Uint8Array, at: number): number => source[at] ?? 0;

const readLe = (source: Uint8Array, offset: number, size: number): number => {
  let value = 0;
  for (let at = offset + size - 1; at >= offset; at--) value = value * 256 + octet(source, at);
  return value;
};

const readBe = (source: Uint8Array, offset: number, size: number): number => {
  let value = 0;
  for (let at = offset; at < offset + size; at++) value = value * 256 + octet(source, at);
  return value;
};

const writeLe = (target: Uint8Array, offset: number, size: number, value: number): void => {
  for (let at = 0; at < size; at++) target[offset + at] = value >>> (8 * at);
};

const writeBe = (target: Uint8Array, offset: number, size: number, value: number): void => {
  for (let at = 0; at < size; at++) target[offset + size - 1 - at] = value >>> (8 * at);
};

type Write = (target: Uint8Array, offset: number, size: number, value: number) => void;
type Read = (source: Uint8Array, offset: number, size: number) => number;

const unsigned = (size: number, write: Write, read: Read): Codec<number> => {
  const max = 2 ** (8 * size) - 1;
  return {
    size,
    encodeInto: (target, offset, value) => {
      checkInteger(value, 0, max);
      write(target, offset, size, value);
    },
    decode: (source, offset = 0) => read(source, offset, size),
  };
};

const signed = (size: number, write: Write, read: Read): Codec<number> => {
  const half = 2 ** (8 * size - 1);
  return {
    size,
    encodeInto: (target, offset, value) => {
      checkInteger(value, -half, half - 1);
      write(target, offset, size, value);
    },
    decode: (source, offset = 0) => {
      const value = read(source, offset, size);
      return value < half ? value : value - 2 * half;
    },
  };
};

export const uint8 = unsigned(1, writeLe, readLe);
export const int8 = signed(1, writeLe, readLe);
export const uint16be = unsigned(2, writeBe, readBe);
export const uint16le = unsigned(2, writeLe, readLe);
export const int16le = signed(2, writeLe, readLe);
export const uint24be = unsigned(3, writeBe, readBe);
export const uint32be = unsigned(4, writeBe, readBe);
export const uint32le = unsigned(4, writeLe, readLe);
/** A logical block address of MMC, which is negative in the lead-in and the first pregap. */
export const int32be = signed(4, writeBe, readBe);

/** ECMA-119 §7.2.3 and §7.3.3: the number twice, little-endian first. Readers go by the first, as the kernel's isofs does. */
const bothEndian = (size: number): Codec<number> => {
  const max = 2 ** (8 * size) - 1;
  return {
    size: 2 * size,
    encodeInto: (target, offset, value) => {
      checkInteger(value, 0, max);
      writeLe(target, offset, size, value);
      writeBe(target, offset + size, size, value);
    },
    decode: (source, offset = 0) => readLe(source, offset, size),
  };
};

export const uint16both = bothEndian(2);
export const uint32both = bothEndian(4);

const bigUnsigned = (littleEndian: boolean): Codec<bigint> => ({
  size: 8,
  encodeInto: (target, offset, value) => {
    if (BigInt.asUintN(64, value) !== value) refuse(`${value} does not fit in 8 bytes`);
    new DataView(target.buffer, target.byteOffset + offset, 8).setBigUint64(0, value, littleEndian);
  },
  decode: (source, offset = 0) =>
    new DataView(source.buffer, source.byteOffset + offset, 8).getBigUint64(0, littleEndian),
});

export const uint64be = bigUnsigned(false);
export const uint64le = bigUnsigned(true);

const SPACE = 0x20;

/** ASCII text, filled to `size` with spaces or with what is named. Reading drops the fill (some drives fill with zeros) and takes any byte as a character. */
export const padded = (size: number, fill: typeof SPACE | 0 = SPACE): Codec<string> => ({
  size,
  encodeInto: (target, offset, value) => {
    if (value.length > size) refuse(`"${value}" is longer than ${size} characters`);
    if (!/^[ -~]*$/.test(value)) refuse(`"${value}" is not printable ASCII`);
    for (let at = 0; at < size; at++) target[offset + at] = at < value.length ? value.charCodeAt(at) : fill;
  },
  decode: (source, offset = 0) => {
    let end = offset + size;
    while (end > offset && (source[end - 1] === SPACE || source[end - 1] === 0)) end--;
    return String.fromCharCode(...source.subarray(offset, end));
  },
});

/** Exactly `size` bytes, copied on reading. */
export const bytes = (size: number): Codec<Uint8Array> => ({
  size,
  encodeInto: (target, offset, value) => {
    if (value.length !== size) refuse(`${value.length} bytes given for ${size}`);
    target.set(value, offset);
  },
  decode: (source, offset = 0) => Uint8Array.from(source.subarray(offset, offset + size)),
});
