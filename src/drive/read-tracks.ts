import { readTrackInformation } from '../scsi/commands/read-track-information.js';
import {
  type TrackInformation,
  decodeTrackInformation,
  trackInformation,
} from '../scsi/structures/track-information.js';
import { fromDrive } from './command.js';
import type { DriveSession } from './drive-session.js';
import { ifKnown } from './if-known.js';
import type { Track } from './medium.js';

/** Number by which MMC-5 §6.27 calls the track that nothing was recorded in yet. */
const INVISIBLE_TRACK = 0xff;
/** MMC-5: CDs have at most 99 tracks, DVD+R 153 fragments; more in a reply is nonsense. */
const MOST_TRACKS = 255;

const ask = (session: DriveSession, track: number): Promise<TrackInformation | undefined> =>
  ifKnown(async () => {
    const length = trackInformation.size;
    return decodeTrackInformation(
      await session.run(
        fromDrive(readTrackInformation, { addressType: 1, address: track, allocationLength: length }, length),
      ),
    );
  });

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
const readTrack = async (session: DriveSession, number: number, last: number): Promise<Track | undefined> => {
  const info =
    (await ask(session, number)) ?? (number === last ? await ask(session, INVISIBLE_TRACK) : undefined);
  return info && trackOf(info, number);
};

/** All tracks, in order; those that a drive says nothing about are left out. */
export const readTracks = async (session: DriveSession, first: number, last: number): Promise<Track[]> => {
  const tracks: Track[] = [];
  for (let number = Math.max(1, first); number <= Math.min(last, MOST_TRACKS); number++) {
    const track = await readTrack(session, number, last);
    if (track) tracks.push(track);
  }
  return tracks;
};
