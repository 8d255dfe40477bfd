import { readTrackInformation } from '../scsi/commands/read-track-information.js';
import {
  type TrackInformation,
  decodeTrackInformation,
  trackInformation,
} from '../scsi/structures/track-information.js';
import { fromDrive } from './command.js';
import type { DriveSession } from './drive-session.js';
import { ifReadable } from './if-known.js';
import type { Track } from './medium.js';

/** Number by which MMC-5 §6.27 calls the track that nothing was recorded in yet. */
const INVISIBLE_TRACK = 0xff;
/** Numbers have 16 bits in replies, and CDs 99 tracks, DVD+R 153 sessions; nothing is known to have as many as this. */
const MOST_TRACKS = 10_000;

/** Address or Number Type of READ TRACK INFORMATION. */
const BY = { block: 0, track: 1, session: 2 } as const;

const ask = (
  session: DriveSession,
  address: number,
  addressType: number = BY.track,
): Promise<TrackInformation | undefined> =>
  ifReadable(async () => {
    const length = trackInformation.size;
    return decodeTrackInformation(
      await session.run(
        fromDrive(readTrackInformation, { addressType, address, allocationLength: length }, length),
      ),
    );
  });

/** Track 255, whose number is the name of another one: the first of its session, or where the one before ends. */
const askNumber255 = async (
  session: DriveSession,
  before: Track | undefined,
): Promise<TrackInformation | undefined> => {
  const named = await ask(session, INVISIBLE_TRACK);
  if (named?.logicalTrackNumber === INVISIBLE_TRACK || !before) return named;
  const others = [
    await ask(session, before.start + before.length, BY.block),
    await ask(session, before.session + 1, BY.session),
  ];
  return others.find((info) => info?.logicalTrackNumber === INVISIBLE_TRACK);
};

/**
 * Addresses are signed on CD. Some drives give the beginning of the pregap, -150, for a blank disc: what can be
 * written is what follows it.
 */
const clamped = (address: number): number => Math.max(0, address | 0);

const trackOf = (info: TrackInformation, number: number): Track => ({
  number,
  session: Math.max(1, info.sessionNumber),
  start: clamped(info.logicalTrackStartAddress),
  length: info.logicalTrackSize,
  ...(info.nextWritableAddressValid && { nextWritable: clamped(info.nextWritableAddress) }),
  ...(info.lastRecordedAddressValid && { lastRecorded: info.lastRecordedAddress }),
  free: info.freeBlocks,
  blank: info.blank,
  reserved: info.reservedTrack,
  damaged: info.damage,
  data: (info.trackMode & 4) !== 0,
  ...(info.packet && { packets: true }),
});

/** Some drives know the last track of a CD only by the name of the invisible one, others not by that. */
const readTrack = async (
  session: DriveSession,
  number: number,
  { last, before }: { readonly last: number; readonly before: Track | undefined },
): Promise<Track | undefined> => {
  const told = number === INVISIBLE_TRACK ? askNumber255(session, before) : ask(session, number);
  const info = (await told) ?? (number === last ? await ask(session, INVISIBLE_TRACK) : undefined);
  return info && trackOf(info, number);
};

/**
 * All tracks, in order; those that a drive says nothing about are left out. Where there are more than fit a byte, the
 * first of those ends the list: then the number of tracks was nonsense.
 */
export const readTracks = async (session: DriveSession, first: number, last: number): Promise<Track[]> => {
  const tracks: Track[] = [];
  for (let number = Math.max(1, first); number <= Math.min(last, MOST_TRACKS); number++) {
    const track = await readTrack(session, number, { last, before: tracks.at(-1) });
    if (track) tracks.push(track);
    else if (number > INVISIBLE_TRACK) break;
  }
  return tracks;
};
