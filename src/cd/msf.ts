/** A time of CD addressing: 75 frames a second, numbers in binary. */
export interface Msf {
  readonly minute: number;
  readonly second: number;
  readonly frame: number;
}

const FRAMES_PER_SECOND = 75;
const FRAMES_PER_MINUTE = 60 * FRAMES_PER_SECOND;

/** Of the first block: the two seconds of pregap before it, ECMA-130 §20. */
const FIRST_BLOCK = 2 * FRAMES_PER_SECOND;

/** Times count modulo 100 minutes. */
const CYCLE = 100 * FRAMES_PER_MINUTE;

/** Times from here on lie before 00:00:00, in the lead-in: MMC-5 table "LBA to MSF translation". */
const NEGATIVE_MINUTES = 90;

/** First and last block that a time can name: 90:00:00 to 89:59:74. */
export const FIRST_LBA = NEGATIVE_MINUTES * FRAMES_PER_MINUTE - CYCLE - FIRST_BLOCK;
export const LAST_LBA = NEGATIVE_MINUTES * FRAMES_PER_MINUTE - FIRST_BLOCK - 1;

/** The absolute time of a block; blocks before -150 lie in the lead-in, whose times begin at 90 minutes. */
export const lbaToMsf = (lba: number): Msf => {
  if (!(Number.isInteger(lba) && lba >= FIRST_LBA && lba <= LAST_LBA))
    throw new RangeError(`no time names block ${lba}`);
  const frames = (lba + FIRST_BLOCK + CYCLE) % CYCLE;
  return {
    minute: Math.floor(frames / FRAMES_PER_MINUTE),
    second: Math.floor(frames / FRAMES_PER_SECOND) % 60,
    frame: frames % FRAMES_PER_SECOND,
  };
};

export const msfToLba = ({ minute, second, frame }: Msf): number => {
  const frames = minute * FRAMES_PER_MINUTE + second * FRAMES_PER_SECOND + frame - FIRST_BLOCK;
  return minute >= NEGATIVE_MINUTES ? frames - CYCLE : frames;
};

/** Blocks before a lead-out. On media of 90 minutes and more it begins where other times lie in the lead-in. */
export const blocksBefore = ({ minute, second, frame }: Msf): number =>
  Math.max(0, minute * FRAMES_PER_MINUTE + second * FRAMES_PER_SECOND + frame - FIRST_BLOCK);

/** A time in the four address bytes of a TOC or of disc information: 0, M, S, F. */
export const packMsf = ({ minute, second, frame }: Msf): number => minute * 0x10000 + second * 0x100 + frame;

export const unpackMsf = (address: number): Msf => ({
  minute: (address >> 16) & 0xff,
  second: (address >> 8) & 0xff,
  frame: address & 0xff,
});

/** Two decimal digits in a byte, as subchannel Q and the headers of sectors hold their times. */
export const toBcd = (value: number): number => {
  if (!(Number.isInteger(value) && value >= 0 && value <= 99))
    throw new RangeError(`${value} has no BCD form`);
  return Math.floor(value / 10) * 16 + (value % 10);
};

export const fromBcd = (byte: number): number => (byte >> 4) * 10 + (byte & 0x0f);

/** As people write it: `00:02:00`. */
export const formatMsf = ({ minute, second, frame }: Msf): string =>
  [minute, second, frame].map((part) => String(part).padStart(2, '0')).join(':');
