/** The order in which identifiers stand in a directory, as standards have it. */
export type CompareIdentifiers = (one: Uint8Array, other: Uint8Array) => number;

/** Joliet and ISO 9660:1999: byte by byte, the shorter first. */
export const compareBytes: CompareIdentifiers = (one, other) => {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
};

const SPACE = 0x20;

const comparePadded: CompareIdentifiers = (one, other) => {
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const difference = (one[at] ?? SPACE) - (other[at] ?? SPACE);
    if (difference !== 0) return difference;
  }
  return 0;
};

interface Parts {
  readonly name: Uint8Array;
  readonly extension: Uint8Array;
  readonly version: number;
}

const DOT = 0x2e;
const SEMICOLON = 0x3b;

const partsOf = (identifier: Uint8Array): Parts => {
  const semicolon = identifier.indexOf(SEMICOLON);
  const whole = semicolon === -1 ? identifier : identifier.subarray(0, semicolon);
  const dot = whole.indexOf(DOT);
  const digits = semicolon === -1 ? '' : String.fromCharCode(...identifier.subarray(semicolon + 1));
  return {
    name: dot === -1 ? whole : whole.subarray(0, dot),
    extension: dot === -1 ? new Uint8Array() : whole.subarray(dot + 1),
    version: Number(digits) || 0,
  };
};

/** ECMA-119 §9.3: names, then extensions, both as if filled with spaces, then versions, the highest first. */
export const compareIso: CompareIdentifiers = (one, other) => {
  const [a, b] = [partsOf(one), partsOf(other)];
  return comparePadded(a.name, b.name) || comparePadded(a.extension, b.extension) || b.version - a.version;
};
