import { getPerformance } from '../scsi/commands/get-performance.js';
import { type NominalPerformance, decodeNominalPerformance } from '../scsi/structures/performance.js';
import { fromDrive } from './command.js';
import type { DriveSession } from './drive-session.js';
import { ifReadable } from './if-known.js';
import type { SpeedZone, WritePace } from './medium.js';
import type { Basics } from './read-basics.js';

/** DVD and BD have as many zones at most, and some drives announce no more than they are asked for. */
const MOST = 32;
const REPLY_ROOM = 8 + 16 * MOST;
/** Within a zone of constant linear velocity the speed is the same, but for rounding. */
const TOLERANCE = 0.03;

const isSteady = ({ startKBps, endKBps }: SpeedZone): boolean =>
  Math.abs(endKBps - startKBps) <= TOLERANCE * endKBps;

/** Angular velocity is constant where the speed grows with the radius. */
const rotationOf = (zones: readonly SpeedZone[]): WritePace['rotation'] => {
  const steady = zones.filter(isSteady).length;
  if (steady === zones.length) return zones.length === 1 ? 'clv' : 'zclv';
  return steady === 0 ? 'cav' : 'pcav';
};

const zoneOf = ({ startLba, startPerformance, endLba, endPerformance }: NominalPerformance): SpeedZone => ({
  start: startLba,
  end: endLba,
  startKBps: startPerformance,
  endKBps: endPerformance,
});

const isSpeed = ({ startKBps, endKBps }: SpeedZone): boolean => startKBps > 0 && endKBps > 0;

/** MMC-5 §6.8, type 0: nominal performance, of writing, with a tolerance of 10 % that must be asked for. */
const askZones = (session: DriveSession): Promise<SpeedZone[] | undefined> =>
  ifReadable(async () => {
    const fields = {
      tolerance: 0b10,
      write: true,
      except: 0,
      startingLogicalBlockAddress: 0,
      maximumNumberOfDescriptors: MOST,
      type: 0,
    };
    const reply = await session.run(fromDrive(getPerformance, fields, REPLY_ROOM));
    return decodeNominalPerformance(reply).map(zoneOf).filter(isSpeed);
  });

const byPage = ({ page2A }: Basics): WritePace | undefined => {
  if (!page2A) return undefined;
  const kBps = page2A.currentWriteSpeed || page2A.formerCurrentWriteSpeed;
  return kBps > 0
    ? { rotation: page2A.rotationControlSelected === 1 ? 'cav' : 'clv', kBps, zones: [] }
    : undefined;
};

/** How fast the drive would record now, and how it turns; by mode page 2Ah where that is all that it tells. */
export const readWritePace = async (
  session: DriveSession,
  basics: Basics,
): Promise<WritePace | undefined> => {
  const zones = (await askZones(session)) ?? [];
  if (zones.length === 0) return byPage(basics);
  const kBps = Math.max(...zones.flatMap(({ startKBps, endKBps }) => [startKBps, endKBps]));
  return { rotation: rotationOf(zones), kBps, zones };
};
