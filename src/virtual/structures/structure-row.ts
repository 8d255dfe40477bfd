import { writeProtectionStatus } from '../../scsi/structures/dvd-structures.js';
import { MEDIA } from '../media.js';
import type { MediumSpec } from '../media/specification.js';
import { protectionOf } from '../protection.js';
import { INVALID_FIELD_IN_PARAMETERS, refusal } from '../refusal.js';
import type { VirtualDrive } from '../virtual-drive.js';

/** One format of READ and SEND DISC STRUCTURE: its payload, and what is done with one that the host sends. */
export interface StructureRow {
  readonly read?: (drive: VirtualDrive) => Uint8Array;
  readonly take?: (drive: VirtualDrive, payload: Uint8Array) => void;
}

/** By format. */
export type StructureRows = Readonly<Record<number, StructureRow>>;

/** Who made the medium, as its pregroove says. */
export const pregrooveOf = ({ tables }: VirtualDrive): NonNullable<MediumSpec['pregroove']> => {
  const spec: MediumSpec = MEDIA[tables.blank];
  return spec.pregroove ?? { manufacturer: '', type: '', revision: 0 };
};

/** Only what is recorded on the medium can be sent; the tab is for a hand, the page for the rest. */
const takeProtection = (drive: VirtualDrive, payload: Uint8Array): void => {
  if (!drive.canRecord) throw refusal('5/30/05');
  if (payload.length < writeProtectionStatus.size) throw refusal('5/1A/00');
  const { persistentWriteProtection: persistent, ...others } = writeProtectionStatus.decode(payload);
  if (Object.values(others).includes(true)) throw refusal(INVALID_FIELD_IN_PARAMETERS);
  if (drive.tables.protection.tab) throw refusal('7/27/00');
  drive.tables = { ...drive.tables, protection: { ...drive.tables.protection, persistent } };
};

/** C0h: all that protects the medium. */
const tellProtection = (drive: VirtualDrive): Uint8Array => {
  const { cartridge, persistent, untilPowerDown } = protectionOf(drive);
  return writeProtectionStatus.encode({
    cartridgeWriteProtection: cartridge,
    persistentWriteProtection: persistent,
    softwareWriteProtectionUntilPowerDown: untilPowerDown,
  });
};

export const WRITE_PROTECTION: StructureRow = { read: tellProtection, take: takeProtection };
/** Of media on which no protection can be recorded. */
export const TOLD_PROTECTION: StructureRow = { read: tellProtection };
