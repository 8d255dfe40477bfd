import { getPerformance } from '../scsi/commands/get-performance.js';
import { announcedDescriptors, decodeWriteSpeeds } from '../scsi/structures/performance.js';
import { fromDrive } from './command.js';
import { type DriveSession } from './drive-session.js';
import { ifKnown } from './if-known.js';
import { type WriteSpeed } from './medium.js';
import { type Basics } from './read-basics.js';

const HEADER = 8;
const DESCRIPTOR = 16;
/** More than any drive lists. */
const MOST = 64;

const ask = (session: DriveSession, descriptors: number): Promise<Uint8Array> => {
  const length = HEADER + DESCRIPTOR * descriptors;
  const fields = {
    tolerance: 0,
    except: 0,
    startingLogicalBlockAddress: 0,
    maximumNumberOfDescriptors: descriptors,
    type: 3,
  };
  return session.run(fromDrive(getPerformance, fields, length));
};

const rotation = (control: number): WriteSpeed['rotation'] => (control === 1 ? 'cav' : 'clv');

/** MMC-5 §6.8, type 3. Asked twice: a drive that is asked for one descriptor says how many it has. */
const byPerformance = async (session: DriveSession): Promise<WriteSpeed[]> => {
  const count = Math.min(MOST, announcedDescriptors(await ask(session, 1)));
  return decodeWriteSpeeds(await ask(session, Math.max(1, count))).map((speed) => ({
    kBps: speed.writeSpeed,
    rotation: rotation(speed.writeRotationControl),
  }));
};

/** Some drives leave the speeds of CDs in the page while a DVD is in them, so that it is asked second. */
const byPage = ({ page2A }: Basics): WriteSpeed[] =>
  (page2A?.writeSpeeds ?? []).map(({ writeSpeed, rotationControl }) => ({
    kBps: writeSpeed,
    rotation: rotation(rotationControl),
  }));

const fastestFirst = (speeds: readonly WriteSpeed[]): WriteSpeed[] => {
  const distinct = new Map(speeds.filter(({ kBps }) => kBps > 0).map((speed) => [speed.kBps, speed]));
  return [...distinct.values()].sort((a, b) => b.kBps - a.kBps);
};

export const readWriteSpeeds = async (session: DriveSession, basics: Basics): Promise<WriteSpeed[]> => {
  const listed = fastestFirst((await ifKnown(() => byPerformance(session))) ?? []);
  return listed.length > 0 ? listed : fastestFirst(byPage(basics));
};
