import { padded, uint32le, uint8 } from '../binary/codec.js';
import { flag, layout, rbp } from '../binary/layout.js';
import { extendedAttributeHead } from './extended-attributes.js';
import { timestamp } from './timestamp.js';

/** ECMA-167 4/14.10.2, Generic Extended Attribute, up to what is particular to its type. */
const attribute = layout('Extended Attribute', 12, {
  type: rbp(0, 4, uint32le),
  subtype: rbp(4, 1, uint8),
  length: rbp(8, 4, uint32le),
});

/** ECMA-167 4/14.10.5, File Times Extended Attribute, up to the first time, which is that of creation where that is there. */
const fileTimes = layout('File Times Extended Attribute', 32, {
  hasCreation: flag(16, 0),
  hasDeletion: flag(16, 2),
  hasEffective: flag(16, 3),
  hasBackup: flag(16, 5),
  createdAt: rbp(20, 12, timestamp),
});

/** ECMA-167 4/14.10.7, Device Specification Extended Attribute, up to its implementation use. */
const deviceSpecification = layout('Device Specification Extended Attribute', 24, {
  major: rbp(16, 4, uint32le),
  minor: rbp(20, 4, uint32le),
});

const FILE_TIMES = 5;
const DEVICE_SPECIFICATION = 12;

const IMPLEMENTATION_USE = 2048;
const APPLICATION_USE = 65_536;

/** ECMA-167 4/14.10.8 and .9: both begin alike, and say whose they are. */
const useAttribute = layout('Implementation Use Extended Attribute', 48, {
  name: rbp(17, 23, padded(23, 0)),
});

/** OSTA UDF 3.3.4.5 and .6: room for later ones, and what drives for DVD are told about copies. */
const WITHOUT_MEANING: ReadonlySet<string> = new Set([
  '*UDF FreeEASpace',
  '*UDF FreeAppEASpace',
  '*UDF DVD CGMS Info',
]);

/** What extended attributes say of a file. */
export interface ForeignAttributes {
  /** In words, those that nothing else is known of. */
  readonly others?: readonly string[];
  /** Nanoseconds since 1970. */
  readonly createdAt?: bigint;
  readonly device?: { readonly major: number; readonly minor: number };
}

/** Times that entries have no field for, and no tree a place. */
const otherTimes = (space: Uint8Array, at: number): string | undefined => {
  if (at + fileTimes.size > space.length) return undefined;
  const { hasDeletion, hasEffective, hasBackup } = fileTimes.decode(space, at);
  const names = [hasDeletion && 'deletion', hasEffective && 'effect', hasBackup && 'backup'];
  const there = names.filter((name) => name !== false);
  return there.length > 0 ? `times of ${there.join(', ')}` : undefined;
};

/** How a kind of attribute is read, what bytes it has at least, and what of it cannot be taken. */
interface AttributeReader {
  readonly least: number;
  readonly read: (space: Uint8Array, at: number) => ForeignAttributes;
  readonly other: (space: Uint8Array, at: number) => string | undefined;
}

const READERS: Readonly<Record<number, AttributeReader>> = {
  [FILE_TIMES]: {
    least: fileTimes.size,
    read: (space, at) => {
      const { hasCreation, createdAt } = fileTimes.decode(space, at);
      return hasCreation ? { createdAt: createdAt.ns } : {};
    },
    other: otherTimes,
  },
  [DEVICE_SPECIFICATION]: {
    least: deviceSpecification.size,
    read: (space, at) => ({ device: deviceSpecification.decode(space, at) }),
    other: () => undefined,
  },
};

const isUse = (type: number): boolean => type === IMPLEMENTATION_USE || type === APPLICATION_USE;

/** How an attribute is called that no reader takes; undefined where nothing is lost without it. */
const otherAttribute = (space: Uint8Array, at: number, type: number): string | undefined => {
  if (!isUse(type) || at + useAttribute.size > space.length) return `type ${type}`;
  const { name } = useAttribute.decode(space, at);
  return WITHOUT_MEANING.has(name) ? undefined : `"${name}"`;
};

/** What one attribute says, after what those before it do. */
const withAttribute = (found: ForeignAttributes, space: Uint8Array, at: number): ForeignAttributes => {
  const { type, subtype, length } = attribute.decode(space, at);
  const reader = subtype === 1 ? READERS[type] : undefined;
  const other = (reader?.other ?? otherAttribute)(space, at, type);
  return {
    ...found,
    ...(reader && length >= reader.least ? reader.read(space, at) : {}),
    ...(other !== undefined && { others: [...(found.others ?? []), other] }),
  };
};

/** The attributes in the space of an entry, up to one that does not fit in it. */
export const foreignAttributes = (space: Uint8Array): ForeignAttributes => {
  let found: ForeignAttributes = {};
  for (let at = extendedAttributeHead.size; at + attribute.size <= space.length;) {
    const { length } = attribute.decode(space, at);
    if (length < attribute.size || at + length > space.length) return found;
    found = withAttribute(found, space, at);
    at += length;
  }
  return found;
};
