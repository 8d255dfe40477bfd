import { lbaToMsf, toBcd } from './msf.js';

/** Parts of a mode 1 sector, ECMA-130 §14.2. */
const SECTOR_BYTES = 2352;
const HEADER = 12;
const USER_DATA = 16;
const USER_DATA_BYTES = 2048;
const EDC = 2064;
const P_PARITY = 2076;
const Q_PARITY = 2248;

/** x³²+x³¹+x¹⁶+x¹⁵+x⁴+x³+x+1, least significant bit first (ECMA-130 §14.3). */
const EDC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xd8018001 : value >>> 1;
  return value;
});

const edc = (bytes: Uint8Array): number => {
  let value = 0;
  for (const byte of bytes) value = (value >>> 8) ^ (EDC_TABLE[(value ^ byte) & 0xff] ?? 0);
  return value >>> 0;
};

/** Doubling in GF(2⁸) with x⁸+x⁴+x³+x²+1, and division by three, i.e. by α+1 (ECMA-130 annex A). */
const DOUBLE = Uint8Array.from({ length: 256 }, (_, value) => (value << 1) ^ (value & 0x80 ? 0x11d : 0));
const THIRD = new Uint8Array(256);
DOUBLE.forEach((doubled, value) => {
  THIRD[doubled ^ value] = value;
});

/** How the bytes behind the sync form code words: `count` words of `length` bytes, laid out in two planes. */
interface Code {
  readonly parity: number;
  readonly count: number;
  readonly length: number;
  readonly byte: (word: number, position: number) => number;
}

/** ECMA-130 annex A: P runs down 43 columns, Q along 26 diagonals of the words of two bytes. */
const P_CODE: Code = { parity: P_PARITY, count: 86, length: 24, byte: (word, at) => word + 86 * at };
const Q_CODE: Code = {
  parity: Q_PARITY,
  count: 52,
  length: 43,
  byte: (word, at) => ((86 * (word >> 1) + 88 * at) % 2236) + (word & 1),
};

/** Two parity bytes per code word, Reed-Solomon with the roots 1 and α. */
const addParity = (sector: Uint8Array, { parity, count, length, byte }: Code): void => {
  for (let word = 0; word < count; word++) {
    let [weighted, sum] = [0, 0];
    for (let at = 0; at < length; at++) {
      const value = sector[HEADER + byte(word, at)] ?? 0;
      weighted = DOUBLE[weighted ^ value] ?? 0;
      sum ^= value;
    }
    const first = THIRD[(DOUBLE[weighted] ?? 0) ^ sum] ?? 0;
    sector[parity + word] = first;
    sector[parity + count + word] = first ^ sum;
  }
};

/** The whole sector around 2,048 bytes of user data, not scrambled: sync, header, EDC, ECC (ECMA-130 §14). */
export const encodeMode1Sector = (lba: number, userData: Uint8Array): Uint8Array => {
  const sector = new Uint8Array(SECTOR_BYTES);
  sector.fill(0xff, 1, 11);
  const { minute, second, frame } = lbaToMsf(lba);
  sector.set([toBcd(minute), toBcd(second), toBcd(frame), 1], HEADER);
  sector.set(userData.subarray(0, USER_DATA_BYTES), USER_DATA);
  new DataView(sector.buffer).setUint32(EDC, edc(sector.subarray(0, EDC)), true);
  addParity(sector, P_CODE);
  addParity(sector, Q_CODE);
  return sector;
};
