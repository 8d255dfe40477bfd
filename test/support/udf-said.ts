import { crcOf } from './udf-bytes.js';
import { FIELDS, type Fields } from './udf-fields.js';

const TAG = 16;

/**
 * What a volume says, by structure and field: in hexadecimal digits, or in words where it is a relation. Serial numbers and versions of all tags
 * stand together.
 */
export class Said {
  readonly fields = new Map<string, string>();
  readonly #serials = new Set<number>();
  readonly #versions = new Set<number>();

  say(structure: string, field: string, value: string | number | boolean): void {
    this.fields.set(`${structure}: ${field}`, String(value));
  }

  /** Every byte from `from` on: fields, and what none of them names. */
  all(structure: string, bytes: Buffer, fields: Fields, from = 0): void {
    const rest = Buffer.from(bytes);
    rest.fill(0, 0, from);
    for (const [field, [offset, length]] of Object.entries(fields)) {
      this.say(structure, field, bytes.toString('hex', offset, offset + length));
      rest.fill(0, offset, offset + length);
    }
    this.say(structure, 'the rest', rest.toString('hex').replace(/(00)+$/, ''));
  }

  /** A descriptor that begins `location` blocks into where its tag counts from; `fixed` are the bytes that all of its kind have. */
  descriptor(structure: string, bytes: Buffer, { location, fixed = bytes.length }: DescriptorPlace): void {
    const kind = bytes.readUInt16LE(0);
    const sum = bytes.subarray(0, TAG).reduce((total, byte, at) => total + (at === 4 ? 0 : byte), 0);
    const length = bytes.readUInt16LE(10);
    const crc = crcOf(bytes.subarray(TAG, TAG + length));
    this.#serials.add(bytes.readUInt16LE(6));
    this.#versions.add(bytes.readUInt16LE(2));
    this.say(structure, 'tag identifier', kind);
    this.say(structure, 'checksum is right', bytes[4] === sum % 256);
    this.say(structure, 'length of the CRC', length);
    this.say(structure, 'CRC is right', bytes.readUInt16LE(8) === crc);
    this.say(structure, 'tag location is right', bytes.readUInt32LE(12) === location);
    this.all(structure, bytes.subarray(0, fixed), FIELDS[kind] ?? {}, TAG);
  }

  /** What all tags have. */
  tags(): void {
    this.say('tags', 'versions', [...this.#versions].join());
    this.say('tags', 'serial numbers', [...this.#serials].join());
  }
}

interface DescriptorPlace {
  readonly location: number;
  readonly fixed?: number;
}

const structureOf = (field: string): string => field.slice(0, field.indexOf(': '));

/** Fields in which two volumes differ; of a structure that one of them has not, only that. */
export const differencesOf = (one: Said, other: Said): string[] => {
  const sides = [one, other].map(({ fields }) => new Set([...fields.keys()].map(structureOf)));
  const all = new Set([...one.fields.keys(), ...other.fields.keys()]);
  const found = [...all].flatMap((field) => {
    const structure = structureOf(field);
    if (!sides.every((side) => side.has(structure))) return [`${structure}: is there`];
    return one.fields.get(field) === other.fields.get(field) ? [] : [field];
  });
  return [...new Set(found)];
};
