/**
 * What a drive may say of a medium, kept by hand from what it answered and from the standard: it shares nothing with
 * src/virtual. Replies are read at the offsets of MMC-5 §6.22 and §6.27.
 */
import { expect } from 'vitest';
import type { Answer, Transport } from '../../src/transport/transport.js';
import { sendRaw } from './raw-command.js';

const word = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at);

interface Disc {
  /** 0 empty, 1 appendable, 2 complete, 3 other. */
  readonly status: number;
  /** 0 empty, 1 incomplete, 2 damaged, 3 complete. */
  readonly lastSession: number;
  readonly sessions: number;
  readonly firstTrackOfLast: number;
  readonly lastTrack: number;
}

export interface ToldTrack {
  readonly number: number;
  readonly session: number;
  readonly blank: boolean;
  readonly damaged: boolean;
  readonly reserved: boolean;
  readonly data: boolean;
  readonly start: number;
  /** Signed; undefined where there is none. */
  readonly next: number | undefined;
  readonly free: number;
  readonly size: number;
}

export interface Told {
  readonly disc: Disc;
  readonly tracks: readonly ToldTrack[];
}

const dataOf = (answer: Answer): Uint8Array | undefined =>
  answer.status === 'good' ? answer.data : undefined;

const readDisc = async (drive: Transport): Promise<Disc | undefined> => {
  const bytes = dataOf(await sendRaw(drive, '51 00 00 00 00 00 00 00 22 00', 34));
  if (bytes === undefined) return undefined;
  const at = (offset: number): number => bytes[offset] ?? 0;
  return {
    status: at(2) & 3,
    lastSession: (at(2) >> 2) & 3,
    sessions: at(4) + 256 * at(9),
    firstTrackOfLast: at(5) + 256 * at(10),
    lastTrack: at(6) + 256 * at(11),
  };
};

const readTrack = async (drive: Transport, number: number): Promise<ToldTrack | undefined> => {
  const address = number
    .toString(16)
    .padStart(4, '0')
    .replace(/(..)(..)/, '$1 $2');
  const bytes = dataOf(await sendRaw(drive, `52 01 00 00 ${address} 00 00 30 00`, 48));
  if (bytes === undefined) return undefined;
  const at = (offset: number): number => bytes[offset] ?? 0;
  return {
    number: at(2) + 256 * at(32),
    session: at(3) + 256 * at(33),
    damaged: (at(5) & 0x20) !== 0,
    data: (at(5) & 4) !== 0,
    reserved: (at(6) & 0x80) !== 0,
    blank: (at(6) & 0x40) !== 0,
    next: (at(7) & 1) === 0 ? undefined : word(bytes, 12) | 0,
    start: word(bytes, 8) | 0,
    free: word(bytes, 16),
    size: word(bytes, 24),
  };
};

/** All that READ DISC and READ TRACK INFORMATION tell; undefined while the drive is at work. */
export const tell = async (drive: Transport): Promise<Told | undefined> => {
  const disc = await readDisc(drive);
  if (disc === undefined) return undefined;
  const tracks: ToldTrack[] = [];
  for (let number = 1; number <= disc.lastTrack; number += 1) {
    const track = await readTrack(drive, number);
    expect(track, `track ${number} of ${disc.lastTrack} is told of`).toBeDefined();
    if (track !== undefined) tracks.push(track);
  }
  return { disc, tracks };
};

const CLOSED = 2;

/** Tracks follow each other in number, session and place, and end where the next one may begin at the earliest. */
const expectTracksInOrder = ({ tracks }: Told): void => {
  tracks.forEach((track, index) => {
    const before = tracks[index - 1];
    expect(track.number).toBe(index + 1);
    if (before === undefined) return;
    expect(track.session).toBeGreaterThanOrEqual(before.session);
    expect(track.session).toBeLessThanOrEqual(before.session + 1);
    expect(track.start, 'tracks do not overlap').toBeGreaterThanOrEqual(before.start + before.size);
  });
};

/** What the two commands say of a medium that is recorded in sequence must agree. */
export const expectCoherent = (told: Told): void => {
  const { disc, tracks } = told;
  expectTracksInOrder(told);
  const last = tracks.at(-1);
  expect(last?.session ?? disc.sessions, 'the last track lies in the last session').toBe(disc.sessions);
  expect(disc.firstTrackOfLast).toBeLessThanOrEqual(disc.lastTrack);
  for (const track of tracks) {
    if (track.next === undefined) continue;
    expect(disc.status, 'a closed disc has no next writable address').not.toBe(CLOSED);
    expect(track.free, 'free blocks lie between the next address and the end of the track').toBe(
      track.start + track.size - track.next,
    );
  }
  if (disc.status === 0) expect(tracks.every(({ blank }) => blank)).toBe(true);
  if (disc.status === CLOSED) expect(disc.lastSession).toBe(3);
};
