import { dstring, identifier, must } from './udf-bytes.js';
import type { UdfFile } from './udf-model.js';
import type { Sectors } from './udf-sectors.js';

/** OSTA UDF 1.50 2.2.9 and 2.2.11: two tables that say the same, of packets that lie outside of the partition. */
export const spared = (
  map: Buffer,
  disc: Sectors,
  { start, length }: { readonly start: number; readonly length: number },
): ((block: number) => number) => {
  must(map.readUInt16LE(40) === 32 && map[42] === 2, 'sparable partition map');
  must(start % 32 === 0 && length % 32 === 0, 'whole packets');
  const [table = Buffer.alloc(56), other] = [48, 52].map((offset) =>
    disc.sector(map.readUInt32LE(offset)).subarray(0, map.readUInt32LE(44)),
  );
  must(other?.subarray(16).equals(table.subarray(16)) === true, 'equal sparing tables');
  must(identifier(table.subarray(16, 48)) === '*UDF Sparing Table', 'sparing table');
  must(table.length === 56 + 8 * table.readUInt16LE(48), 'entries of the sparing table');
  const packets = new Map<number, number>();
  for (let at = 56; at < table.length; at += 8) {
    const [original, mapped] = [table.readUInt32LE(at), table.readUInt32LE(at + 4)];
    must(mapped % 32 === 0 && (mapped < start || mapped >= start + length), 'spare packets');
    if (original < 0xffff_fff0) packets.set(original, mapped);
  }
  return (block) => {
    const packet = packets.get(block - (block % 32));
    return packet === undefined ? block + start : packet + (block % 32);
  };
};

/** OSTA UDF 1.50 2.2.10 and 2.00 2.2.11: the contents of the table say which block each one is. */
export const virtual = (
  { type, content }: Pick<UdfFile, 'type' | 'content'>,
  start: number,
): ((block: number) => number) => {
  const isNew = type === 248;
  must(isNew || type === 0, 'type of a VAT');
  const entries = isNew
    ? content.subarray(content.readUInt16LE(0))
    : content.subarray(0, content.length - 36);
  if (!isNew) must(identifier(content.subarray(entries.length)) === '*UDF Virtual Alloc Tbl', 'VAT');
  return (block) => {
    const entry = entries.readUInt32LE(4 * block);
    must(entry !== 0xffff_ffff, `virtual block ${block} is unused`);
    return entry + start;
  };
};

/** Counts that a virtual table says beside itself. */
export interface Told {
  readonly files: number;
  readonly directories: number;
}

/** UDF 1.50 by DCN 5003, as udfinfo and NetBSD read it: what the entry of a virtual table says of its volume, in the only attribute that it has. */
export const toldOfVolume = (icb: Buffer, { uniqueId }: Pick<UdfFile, 'uniqueId'>): Told | undefined => {
  if (icb.readUInt16LE(0) !== 261) return undefined;
  const attributes = icb.subarray(176, 176 + icb.readUInt32LE(168));
  must(attributes.readUInt32LE(16) === 24 && attributes.readUInt32LE(20) === 220, 'one attribute');
  const attribute = attributes.subarray(24, 220);
  must(attribute.readUInt32LE(0) === 2048 && attribute[4] === 1, 'implementation use');
  must(attribute.readUInt32LE(8) === 196 && attribute.readUInt32LE(12) === 146, 'its lengths');
  must(identifier(attribute.subarray(16, 48)) === '*UDF VAT LVExtension', 'its identifier');
  const sum = attribute.subarray(0, 48).reduce((total, byte) => total + byte, 0);
  must(attribute.readUInt16LE(48) === sum, 'checksum of its header');
  must(Number(attribute.readBigUInt64LE(50)) === uniqueId, 'it is of this entry');
  must(dstring(attribute.subarray(66, 194)) !== '', 'a name');
  return { files: attribute.readUInt32LE(58), directories: attribute.readUInt32LE(62) };
};

export const checkTold = (told: Told | undefined, files: readonly Pick<UdfFile, 'type'>[]): void => {
  const directories = files.filter(({ type }) => type === 4).length;
  const counts = [files.length - directories, directories];
  const said = told ? [told.files, told.directories] : counts;
  must(said.join() === counts.join(), `the table counts ${said.join()}, not ${counts.join()}`);
};
