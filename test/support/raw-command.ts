import type { Answer, Transport } from '../../src/transport/transport.js';
import { hex, unhex } from './hex.js';

const TIMEOUT_MS = 30_000;

/** What goes with a CDB: bytes for the drive, or room for so many from it. */
export type Payload = Uint8Array | number | undefined;

/** Sends typed bytes; no layout of ours has a part in it. */
export const sendRaw = (drive: Transport, cdbHex: string, payload?: Payload): Promise<Answer> => {
  const base = { name: cdbHex, cdb: unhex(cdbHex), timeoutMs: TIMEOUT_MS };
  if (payload === undefined) return drive.execute({ ...base, direction: 'none' });
  return typeof payload === 'number'
    ? drive.execute({ ...base, direction: 'from-drive', length: payload })
    : drive.execute({ ...base, direction: 'to-drive', data: payload });
};

const hex2 = (value: number | undefined): string => (value ?? 0).toString(16).toUpperCase().padStart(2, '0');

/** Fixed format sense data, SPC-3 §4.5.3, read by hand: `5/21/02`, `deferred 3/0C/09`. */
const describeSense = (sense: Uint8Array): string => {
  const text = `${((sense[2] ?? 0) & 0x0f).toString(16).toUpperCase()}/${hex2(sense[12])}/${hex2(sense[13])}`;
  return (sense[0] ?? 0) % 0x80 === 0x71 ? `deferred ${text}` : text;
};

/** How a command ended in one line: `good`, the sense of a refusal, or the status. */
export const endOf = async (drive: Transport, cdbHex: string, payload?: Payload): Promise<string> => {
  const answer = await sendRaw(drive, cdbHex, payload);
  return answer.status === 'check-condition' ? describeSense(answer.sense) : answer.status;
};

/** The reply as spaced hex; an answer that is not GOOD as its sense. */
export const replyOf = async (drive: Transport, cdbHex: string, length: number): Promise<string> => {
  const answer = await sendRaw(drive, cdbHex, length);
  if (answer.status === 'check-condition') return describeSense(answer.sense);
  return answer.status === 'good' ? hex(answer.data) : answer.status;
};

const MOST_TRIES = 20;

/** Past the unit attention of a new medium and the moments in which it is recognised. */
export const untilReady = async (drive: Transport): Promise<void> => {
  for (let tries = 0; tries < MOST_TRIES; tries++)
    if ((await endOf(drive, '00 00 00 00 00 00')) === 'good') return;
  throw new Error('The drive does not become ready');
};

/** `be(4, -150)` is `ff ff ff 6a`. */
const be = (bytes: number, value: number): string =>
  Array.from({ length: bytes }, (_, at) => hex2((value >> (8 * (bytes - 1 - at))) & 0xff).toLowerCase()).join(
    ' ',
  );

/** WRITE (10) of whole blocks. */
export const writeBlocks = (
  drive: Transport,
  lba: number,
  data: Uint8Array,
  blockBytes = 2048,
): Promise<string> => endOf(drive, `2a 00 ${be(4, lba)} 00 ${be(2, data.length / blockBytes)} 00`, data);

/** READ (10) of so many blocks. */
export const readBlocks = (drive: Transport, lba: number, count: number): Promise<Answer> =>
  sendRaw(drive, `28 00 ${be(4, lba)} 00 ${be(2, count)} 00`, count * 2048);

export const SYNCHRONIZE_CACHE = '35 00 00 00 00 00 00 00 00 00';
export const READ_CAPACITY = '25 00 00 00 00 00 00 00 00 00';
export const READ_FORMAT_CAPACITIES = '23 00 00 00 00 00 00 00 ff 00';
export const DISC_INFORMATION = '51 00 00 00 00 00 00 00 22 00';
/** FmtData and format code 1: MMC-5 §6.5.2. */
export const FORMAT_UNIT = '04 11 00 00 00 00';
export const closeCommand = (closeFunction: number, track = 0): string =>
  `5b 00 ${be(1, closeFunction)} 00 ${be(2, track)} 00 00 00 00`;

/** READ TRACK INFORMATION (track number), bytes 0 to 27: MMC-5 table "Track Information Block". */
export const trackInformation = (drive: Transport, track: number): Promise<string> =>
  replyOf(drive, `52 01 ${be(4, track)} 00 00 1c 00`, 28);

/** Blocks that each hold a number of their own. */
export const numberedBlocks = (count: number, from = 1, blockBytes = 2048): Uint8Array => {
  const bytes = new Uint8Array(count * blockBytes);
  for (let at = 0; at < count; at++) bytes.fill((from + at) & 0xff, at * blockBytes, (at + 1) * blockBytes);
  return bytes;
};

/** Header of eight bytes and mode page 05h as the recipes of mmc type it; what is not named is zero. */
export const writeParameters = (b2: number, b3: number, b4: number): Uint8Array => {
  const list = new Uint8Array(8 + 52);
  list.set([0x05, 0x32, b2, b3, b4], 8);
  list[8 + 15] = 150;
  return list;
};
export const MODE_SELECT = '55 10 00 00 00 00 00 00 3c 00';

/** Whether READ (10) brings these blocks. */
export const readsAs = async (drive: Transport, lba: number, blocks: Uint8Array): Promise<boolean> => {
  const answer = await readBlocks(drive, lba, blocks.length / 2048);
  return answer.status === 'good' && Buffer.compare(answer.data, blocks) === 0;
};
