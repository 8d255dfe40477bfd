import { describe, expect, it } from 'vitest';
import { openDrive } from '../../../src/drive/drive-session.js';
import { readTracks } from '../../../src/drive/read-tracks.js';
import type { Answer, Command, Transport } from '../../../src/transport/transport.js';
import { fastTiming } from '../../support/burn-rig.js';
import { good, sense } from '../../support/scripted-transport.js';

const CLUSTER = 32;
/** Of a BD-R: each session has three tracks of a cluster; the last one is open and has nothing in it. */
const sessionOf = (number: number): number => Math.ceil(number / 3);

/** Typed from MMC-5 §6.27.3. */
const information = (number: number, last: number): Uint8Array => {
  const bytes = new Uint8Array(48);
  const view = new DataView(bytes.buffer);
  const open = number === last;
  bytes.set([
    0x00,
    0x2e,
    number % 256,
    sessionOf(number) % 256,
    0x00,
    0x04,
    open ? 0x41 : 0x01,
    open ? 1 : 0,
  ]);
  view.setUint32(8, (number - 1) * CLUSTER);
  view.setUint32(12, open ? (number - 1) * CLUSTER : 0);
  view.setUint32(16, open ? 320_000 : 0);
  view.setUint32(20, CLUSTER);
  view.setUint32(24, open ? 320_000 : CLUSTER);
  bytes.set([Math.floor(number / 256), Math.floor(sessionOf(number) / 256)], 32);
  return bytes;
};

/** The track that READ TRACK INFORMATION asks for. */
const asked = (kind: number, address: number, last: number): number => {
  if (kind === 0) return Math.min(last, Math.floor(address / CLUSTER) + 1);
  if (kind === 2) return address * 3 - 2;
  return address === 0xff ? last : address;
};

const aDrive = (last: number) => {
  const sent: Command[] = [];
  const execute = (command: Command): Promise<Answer> => {
    sent.push(command);
    const { cdb } = command;
    const view = new DataView(cdb.buffer, cdb.byteOffset);
    const number = asked(cdb[1]! % 4, view.getUint32(2), last);
    return Promise.resolve(
      number >= 1 && number <= last ? good(information(number, last)) : sense('5/24/00'),
    );
  };
  const transport: Transport = { execute, close: () => Promise.resolve() };
  return { sent, session: openDrive({ transport, timing: fastTiming() }) };
};

describe('the tracks of a medium', () => {
  // MMC-5 §6.27: number FFh is the name of the incomplete track, so that no other one can be asked for by it.
  it.each([3, 254, 255, 256, 257, 300, 700])('are read where there are %i of them', async (last) => {
    const tracks = await readTracks(aDrive(last).session, 1, last);
    expect(tracks.map(({ number, start, session }) => [number, start, session])).toEqual(
      Array.from({ length: last }, (_, at) => [at + 1, at * CLUSTER, sessionOf(at + 1)]),
    );
    expect(
      tracks.filter(({ nextWritable }) => nextWritable !== undefined).map(({ number }) => number),
    ).toEqual([last]);
  });

  it('are not asked for without end where their number is nonsense', async () => {
    const { sent, session } = aDrive(4);
    expect((await readTracks(session, 1, 0xffff)).map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(sent.length).toBeLessThan(300);
  });
});
