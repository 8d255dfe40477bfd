import { decodeShort } from '../binary/layout.js';
import { readDiscStructure } from '../scsi/commands/read-disc-structure.js';
import { writeProtect } from '../scsi/features/write-protect.js';
import { discStructurePayload } from '../scsi/structures/disc-structure.js';
import { writeProtectionStatus } from '../scsi/structures/dvd-structures.js';
import { fromDrive } from './command.js';
import type { DriveSession } from './drive-session.js';
import { ifReadable } from './if-known.js';
import type { WriteProtection } from './medium.js';
import type { Basics } from './read-basics.js';

const FORMAT = 0xc0;
const LENGTH = 4 + writeProtectionStatus.size;

const askStatus = (session: DriveSession) =>
  ifReadable(async () => {
    const reply = await session.run(
      fromDrive(
        readDiscStructure,
        { mediaType: 0, address: 0, layerNumber: 0, format: FORMAT, allocationLength: LENGTH, agid: 0 },
        LENGTH,
      ),
    );
    return decodeShort(writeProtectionStatus, discStructurePayload(reply));
  });

/**
 * All that protects the medium. MODE SENSE has one bit for everything; the reasons are told by drives that have the Write
 * Protect feature current (MMC-5 §5.3, §6.23.3), and others are not asked: some hang at structures they do not know.
 */
export const readProtections = async (
  session: DriveSession,
  { configuration, writeProtected }: Basics,
): Promise<WriteProtection[]> => {
  const tells = configuration.features.some(
    ({ featureCode, current }) => featureCode === writeProtect.code && current,
  );
  const status = tells ? await askStatus(session) : undefined;
  const told = (
    [
      [status?.cartridgeWriteProtection, 'cartridge'],
      [status?.persistentWriteProtection, 'persistent'],
      [status?.softwareWriteProtectionUntilPowerDown, 'until-power-down'],
      [status?.mediaSpecificWriteInhibition, 'medium-specific'],
    ] as const
  ).flatMap(([is, reason]) => (is === true ? [reason] : []));
  return told.length === 0 && writeProtected ? ['not-told'] : told;
};
