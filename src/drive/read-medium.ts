import type { ValuesOf } from '../binary/layout.js';
import { readCapacity } from '../scsi/commands/read-capacity.js';
import { readDiscInformation } from '../scsi/commands/read-disc-information.js';
import { readFormatCapacities } from '../scsi/commands/read-format-capacities.js';
import { capacity } from '../scsi/structures/capacity.js';
import {
  type DiscInformation,
  decodeDiscInformation,
  discInformation,
} from '../scsi/structures/disc-information.js';
import { type FormatCapacities, decodeFormatCapacities } from '../scsi/structures/format-capacities.js';
import { fromDrive } from './command.js';
import { completeMedium } from './complete-medium.js';
import { type DriveSession, isMediumError } from './drive-session.js';
import { knowingHabits } from './knowing-habits.js';
import { ifReadable } from './if-known.js';
import type { Medium } from './medium.js';
import { type MediumAnswers, type MediumFacts, mediumFacts, volumeStart } from './medium-facts.js';
import { formerRecordingMark, recordingMark } from './medium-fingerprint.js';
import { kindOfProfile } from './medium-kind.js';
import { type Basics, readBasics } from './read-basics.js';
import {
  type FoundContents,
  HEAD_BLOCKS,
  type Readable,
  readContents,
  readOverwritable,
  withRecordedPlaces,
} from './read-contents.js';
import { readAtip, readLayerBreak, readPregroove } from './read-pregroove.js';
import { readProtections } from './read-protection.js';
import { readTracks } from './read-tracks.js';
import { readWritePace } from './read-write-pace.js';
import { readWriteSpeeds } from './read-write-speeds.js';
import { sessionLimits } from './session-limits.js';
import { isCd } from './speeds.js';
import { USER_BLOCK, userBlocksOf } from './user-blocks.js';

/** 31 descriptors and the header, which is as many as the length field can announce. */
const FORMATS_ROOM = 4 + 31 * 8;

interface DiscAnswer {
  readonly disc: DiscInformation | undefined;
  /** The drive cannot read the tables of the medium. */
  readonly discUnreadable: boolean;
}

const askDiscInformation = async (session: DriveSession): Promise<DiscAnswer> => {
  const length = discInformation.size;
  const command = fromDrive(readDiscInformation, { dataType: 0, allocationLength: length }, length);
  let discUnreadable = false;
  const disc = await ifReadable(async () => {
    const outcome = await session.attempt(command);
    discUnreadable = isMediumError(outcome);
    if (!outcome.ok) throw outcome.error;
    return decodeDiscInformation(outcome.data);
  });
  return { disc, discUnreadable };
};

const askFormats = (session: DriveSession): Promise<FormatCapacities | undefined> =>
  ifReadable(async () =>
    decodeFormatCapacities(
      await session.run(fromDrive(readFormatCapacities, { allocationLength: FORMATS_ROOM }, FORMATS_ROOM)),
    ),
  );

/** Of removable disks; anything else in the field is nonsense. */
const BLOCK_LENGTHS = [512, 1024, 2048, 4096];

/** More blocks than the field can count (SBC-3, READ CAPACITY (10)), or nothing that was thought of. */
const UNCOUNTED = 0xffff_ffff;

/** Media without a complete session answer block 0, which no recorded medium ends with. */
const askReadable = async (
  session: DriveSession,
): Promise<Pick<MediumAnswers, 'readable' | 'blockBytes'>> => {
  const reply = await ifReadable(async () =>
    capacity.decode(await session.run(fromDrive(readCapacity, {}, capacity.size))),
  );
  const blockBytes = BLOCK_LENGTHS.find((length) => length === reply?.blockLength) ?? USER_BLOCK;
  const last: ValuesOf<typeof capacity>['lastLogicalBlockAddress'] | undefined =
    reply?.lastLogicalBlockAddress;
  if (last === undefined || last === UNCOUNTED) return { readable: undefined, blockBytes };
  return { readable: userBlocksOf(last === 0 ? 0 : last + 1, blockBytes), blockBytes };
};

const askFacts = async (session: DriveSession, basics: Basics): Promise<MediumFacts> => {
  const profile = basics.configuration.currentProfile;
  const kind = kindOfProfile(profile);
  const { disc, discUnreadable } = await askDiscInformation(session);
  const atip = isCd(kind) ? await readAtip(session) : undefined;
  const writeSpeeds = await readWriteSpeeds(session, basics);
  const facts = mediumFacts({
    profile,
    disc,
    discUnreadable,
    tracks: disc ? await readTracks(session, disc.numberOfFirstTrack, disc.lastTrackInLastSession) : [],
    formats: await askFormats(session),
    ...(await askReadable(session)),
    writeProtections: await readProtections(session, basics),
    writeSpeeds,
    writePace: writeSpeeds.length > 0 ? await readWritePace(session, basics) : undefined,
    pregroove: await readPregroove(session, kind, atip),
    layerBreak: kind === 'dvd+r-dl' ? await readLayerBreak(session) : undefined,
  });
  return { ...facts, ...sessionLimits(facts, basics) };
};

/** Where nobody tells how much can be read, all that there may be is looked at, and no size at all is no proof of emptiness. */
const readUncounted = async (at: Readable, capacity: number): Promise<FoundContents> => {
  const found = await readOverwritable(at, Math.max(capacity, HEAD_BLOCKS), capacity);
  return found.contents === 'none' && capacity === 0 ? { ...found, contents: 'unknown-data' } : found;
};

const askContents = async (session: DriveSession, facts: MediumFacts): Promise<FoundContents> => {
  const start = volumeStart(facts);
  if (start === undefined) return { contents: 'none' };
  const at = { session, blockBytes: facts.blockBytes ?? USER_BLOCK };
  const { capacity, readable, readableUnknown, backgroundFormat } = facts;
  if (!facts.overwritable) return readContents(at, { start, blocks: readable, readable });
  const found = await (readableUnknown
    ? readUncounted(at, capacity)
    : readOverwritable(at, capacity, readable));
  return backgroundFormat === 'started' || backgroundFormat === 'running'
    ? withRecordedPlaces(at, readableUnknown ? capacity : readable, found)
    : found;
};

/**
 * Reads the medium of a drive that is ready. What a drive does not tell is left out or taken from elsewhere.
 *
 * @throws SpindleError where it is busy or at fault, so that what it would tell is not known
 */
export const readMedium = async (drive: DriveSession, known?: Basics): Promise<Medium> => {
  const session = knowingHabits(drive);
  const basics = known ?? (await readBasics(session));
  const facts = await askFacts(session, basics);
  const { mark, ...contents } = await askContents(session, facts);
  const marks = mark !== undefined && {
    recording: recordingMark(facts, mark),
    formerRecording: formerRecordingMark(facts, mark),
  };
  return completeMedium({ ...facts, ...contents, ...marks });
};
