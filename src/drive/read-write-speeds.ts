import { getPerformance } from '../scsi/commands/get-performance.js';
import { decodeWriteSpeeds } from '../scsi/structures/performance.js';
import { fromDrive } from './command.js';
import type { DriveSession } from './drive-session.js';
import { ifReadable } from './if-known.js';
import type { WriteSpeed } from './medium.js';
import type { Basics } from './read-basics.js';

/** More than any drive lists. Some announce no more than they are asked for, so that asking for one first is in vain. */
const MOST = 32;
const REPLY_ROOM = 8 + 16 * MOST;

const rotation = (control: number): WriteSpeed['rotation'] => (control === 1 ? 'cav' : 'clv');

/** MMC-5 §6.8, type 3 */
const byPerformance = async (session: DriveSession): Promise<WriteSpeed[]> => {
  const fields = {
    tolerance: 0,
    except: 0,
    startingLogicalBlockAddress: 0,
    maximumNumberOfDescriptors: MOST,
    type: 3,
  };
  return decodeWriteSpeeds(await session.run(fromDrive(getPerformance, fields, REPLY_ROOM))).map((speed) => ({
    kBps: speed.writeSpeed,
    rotation: rotation(speed.writeRotationControl),
  }));
};

/**
 * Some drives leave the speeds of CDs in the page while a DVD is in them, so that it is asked second. Pages of MMC-1 and
 * MMC-2 list none and tell the fastest alone.
 */
const byPage = ({ page2A }: Basics): WriteSpeed[] => {
  if (!page2A) return [];
  const listed = page2A.writeSpeeds.map(({ writeSpeed, rotationControl }) => ({
    kBps: writeSpeed,
    rotation: rotation(rotationControl),
  }));
  return listed.length > 0 ? listed : [{ kBps: page2A.maximumWriteSpeed, rotation: 'clv' }];
};

/** Of two ways to turn at one speed, that of a drive which is not asked for the other one comes first. */
const BY_DEFAULT: readonly WriteSpeed['rotation'][] = ['clv', 'cav'];

const fastestFirst = (speeds: readonly WriteSpeed[]): WriteSpeed[] => {
  const distinct = new Map(
    speeds.filter(({ kBps }) => kBps > 0).map((speed) => [`${speed.kBps} ${speed.rotation}`, speed]),
  );
  return [...distinct.values()].sort(
    (a, b) => b.kBps - a.kBps || BY_DEFAULT.indexOf(a.rotation) - BY_DEFAULT.indexOf(b.rotation),
  );
};

export const readWriteSpeeds = async (session: DriveSession, basics: Basics): Promise<WriteSpeed[]> => {
  const listed = fastestFirst((await ifReadable(() => byPerformance(session))) ?? []);
  return listed.length > 0 ? listed : fastestFirst(byPage(basics));
};
