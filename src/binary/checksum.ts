const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, index) => {
  let crc = index << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

const afterZeros = (zeros: number): Uint16Array =>
  CRC_TABLE.map((crc) => {
    for (let count = 0; count < zeros; count++) crc = ((crc << 8) ^ (CRC_TABLE[crc >> 8] ?? 0)) & 0xffff;
    return crc;
  });

/** What a byte makes of the CRC when one, two or three more follow it: four are taken at once, since each lookup waits for the one before. */
const [CRC_TABLE_1, CRC_TABLE_2, CRC_TABLE_3] = [afterZeros(1), afterZeros(2), afterZeros(3)];

/** Of an array that is known to reach that far. */
const at = (values: Uint8Array | Uint16Array, index: number): number => values[index] ?? 0;

/** CRC-CCITT, x¹⁶+x¹²+x⁵+1, started at zero, of all bytes from `from` on: ECMA-167 3/7.2.6 as it is, subchannel Q and CD-TEXT (ECMA-130 §22.3.6) inverted. */
export const crc16 = (bytes: Uint8Array, from = 0): number => {
  let crc = 0;
  const whole = bytes.length - ((bytes.length - from) % 4);
  for (let first = from; first < whole; first += 4)
    crc =
      at(CRC_TABLE_3, (crc >> 8) ^ at(bytes, first)) ^
      at(CRC_TABLE_2, (crc & 0xff) ^ at(bytes, first + 1)) ^
      at(CRC_TABLE_1, at(bytes, first + 2)) ^
      at(CRC_TABLE, at(bytes, first + 3));
  for (let index = whole; index < bytes.length; index++)
    crc = ((crc << 8) ^ at(CRC_TABLE, (crc >> 8) ^ at(bytes, index))) & 0xffff;
  return crc;
};

/** Sum of all little-endian 16-bit words modulo 65,536, as the validation entry of El Torito wants it to be zero (1.0 §2.1). */
export const sum16le = (bytes: Uint8Array): number => {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  return sum & 0xffff;
};

const CRC32_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  return crc;
});

/** CRC-32 as Ethernet has it, which UEFI wants of a GUID partition table (UEFI 2.x §5.3.2). */
export const crc32 = (bytes: Uint8Array): number => {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC32_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffff_ffff) >>> 0;
};

/** Sum of all little-endian 32-bit words modulo 2^32, the last of them filled up with zeros. */
export const sum32le = (bytes: Uint8Array): number => {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4) {
    const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    const high = (bytes[at + 2] ?? 0) | ((bytes[at + 3] ?? 0) << 8);
    sum = (sum + low + high * 0x1_0000) >>> 0;
  }
  return sum;
};
