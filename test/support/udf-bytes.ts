/** Small structures of ECMA-167 and OSTA UDF, for the reader of tests. It shares nothing with src/. */
export const SECTOR = 2048;

export const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(`UDF: ${what}`);
};

/** Bit by bit, as ECMA-167 3/7.2.6 has it. */
export const crcOf = (bytes: Buffer): number => {
  let crc = 0;
  for (const byte of bytes)
    for (let bit = 7; bit >= 0; bit--) {
      const out = ((crc >> 15) & 1) ^ ((byte >> bit) & 1);
      crc = ((crc << 1) & 0xffff) ^ (out ? 0x1021 : 0);
    }
  return crc;
};

export const text = (bytes: Buffer): string => {
  if (bytes.length === 0) return '';
  const body = bytes.subarray(1);
  if (bytes[0] === 8) return body.toString('latin1');
  must(bytes[0] === 16 && body.length % 2 === 0, `compression id ${bytes[0]}`);
  return Buffer.from(body).swap16().toString('utf16le');
};

export const dstring = (bytes: Buffer): string => text(bytes.subarray(0, bytes.at(-1)));

export const identifier = (bytes: Buffer): string => bytes.toString('latin1', 1, 24).replace(/\0+$/, '');

export const time = (bytes: Buffer): bigint => {
  const word = bytes.readUInt16LE(0);
  must(word >> 12 === 1, 'a time that is not local');
  const zone = ((word & 0xfff) << 20) >> 20;
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0, centi = 0, hundreds = 0, micro = 0] =
    bytes.subarray(4, 12);
  const ms = new Date(0);
  ms.setUTCFullYear(bytes.readInt16LE(2), month - 1, day);
  ms.setUTCHours(hour, minute - (zone === -2047 ? 0 : zone), second);
  return BigInt(ms.getTime()) * 1000n + BigInt(centi * 10_000 + hundreds * 100 + micro);
};

/** Mode bits of an entry, as POSIX has them. */
export const modeOf = (flags: number, permissions: number): number =>
  (permissions & 7) |
  (((permissions >> 5) & 7) << 3) |
  (((permissions >> 10) & 7) << 6) |
  (flags & 0x40 ? 0o4000 : 0) |
  (flags & 0x80 ? 0o2000 : 0) |
  (flags & 0x100 ? 0o1000 : 0);

/**
 * Bytes of implementation use of a file identifier; `at` is where it begins in a directory on a medium that is written once, where OSTA UDF
 * 2.00 2.3.4.4 keeps tags within blocks.
 */
export const implementationUse = (bytes: Buffer, at: number): number => {
  must((at % SECTOR) + 16 <= SECTOR, `a tag at byte ${at} crosses the end of its block`);
  const use = bytes.readUInt16LE(36);
  must(use === 0 || (use >= 32 && use % 4 === 0), 'implementation use is a regid at least');
  return use;
};
