import type { ValuesOf } from '../../binary/layout.js';
import { concatenate } from '../../binary/list.js';
import { encodeMode1Sector } from '../../cd/sector.js';
import { readCdMsf } from '../../scsi/commands/read-cd-msf.js';
import { readCd } from '../../scsi/commands/read-cd.js';
import { msfToLba } from '../../cd/msf.js';
import type { MediumTrack } from '../medium/medium-tables.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import type { VirtualDrive } from '../virtual-drive.js';
import { requireAnswerable, requireReadable, settle } from './read.js';
import type { Handler } from './request.js';

type Selection = Pick<
  ValuesOf<typeof readCd>,
  | 'expectedSectorType'
  | 'sync'
  | 'headerCodes'
  | 'userData'
  | 'edcEcc'
  | 'c2ErrorInformation'
  | 'subchannelSelection'
>;

const DATA_BIT = 4;
const SECTOR_TYPE = { any: 0, audio: 1, mode1: 2 } as const;
const HEADER_ONLY = 1;

/** Parts of a mode 1 sector, ECMA-130 §14.2, each with the selection that asks for it. */
const MODE_1_PARTS: readonly [number, number, (selection: Selection) => boolean][] = [
  [0, 12, ({ sync }) => sync],
  [12, 16, ({ headerCodes }) => (headerCodes & HEADER_ONLY) !== 0],
  [16, 2064, ({ userData }) => userData],
  [2064, 2352, ({ edcEcc }) => edcEcc],
];

const requireType = ({ expectedSectorType }: Selection, found: number, address: number): void => {
  if (expectedSectorType !== SECTOR_TYPE.any && expectedSectorType !== found)
    throw refusal('5/64/00', address);
};

const selectMode1 = (user: Uint8Array, address: number, selection: Selection): Uint8Array => {
  requireType(selection, SECTOR_TYPE.mode1, address);
  const { sync, headerCodes, userData, edcEcc } = selection;
  if (userData && !sync && headerCodes === 0 && !edcEcc) return user;
  const sector = encodeMode1Sector(address, user);
  return concatenate(
    ...MODE_1_PARTS.filter(([, , wanted]) => wanted(selection)).map(([from, to]) =>
      sector.subarray(from, to),
    ),
  );
};

const selectAudio = (samples: Uint8Array, address: number, selection: Selection): Uint8Array => {
  requireType(selection, SECTOR_TYPE.audio, address);
  return selection.userData ? samples : new Uint8Array();
};

const readSector = (drive: VirtualDrive, track: MediumTrack, address: number): Uint8Array =>
  drive.medium
    ?.file(track)
    .read(address - track.firstUnit, 1)
    .subarray(0, track.unit.mainBytes) ?? new Uint8Array();

const readRange = async (
  drive: VirtualDrive,
  selection: Selection,
  first: number,
  count: number,
): Promise<Uint8Array> => {
  if (drive.kind?.family !== 'cd') throw refusal('5/30/02');
  if (selection.c2ErrorInformation !== 0 || selection.subchannelSelection !== 0)
    throw refusal(INVALID_FIELD_IN_CDB);
  requireAnswerable(count);
  await settle(drive);
  const sectors: Uint8Array[] = [];
  for (let address = first; address < first + count; address++) {
    const track = requireReadable(drive, address);
    const sector = readSector(drive, track, address);
    const select = (track.control & DATA_BIT) === 0 ? selectAudio : selectMode1;
    sectors.push(select(sector, address, selection));
  }
  const bytes = concatenate(...sectors);
  await drive.pace.read(bytes.length);
  return bytes;
};

export const readSectors: Handler = (drive, { cdb }) => {
  const values = readCd.decode(cdb);
  return readRange(drive, values, values.startingLogicalBlockAddress, values.transferLength);
};

export const readSectorsMsf: Handler = (drive, { cdb }) => {
  const values = readCdMsf.decode(cdb);
  const first = msfToLba(values.startingMsf);
  const count = msfToLba(values.endingMsf) - first;
  if (count < 0) throw refusal(INVALID_FIELD_IN_CDB);
  return readRange(drive, values, first, count);
};
