import { blocksBefore } from '../cd/msf.js';
import { type Layout, type ValuesOf, decodeShort } from '../binary/layout.js';
import { readDiscStructure } from '../scsi/commands/read-disc-structure.js';
import { readTocPmaAtip } from '../scsi/commands/read-toc-pma-atip.js';
import { atip } from '../scsi/structures/atip.js';
import { bdDiscInformation } from '../scsi/structures/bd-structures.js';
import { discStructurePayload } from '../scsi/structures/disc-structure.js';
import {
  dvdLayerBoundary,
  dvdPhysicalFormat,
  dvdPreRecordedInformation,
} from '../scsi/structures/dvd-structures.js';
import { fromDrive } from './command.js';
import type { DriveSession } from './drive-session.js';
import { ifReadable } from './if-known.js';
import type { LayerBreak, MediumIdentity, MediumKind } from './medium.js';

type Atip = ValuesOf<typeof atip>;

/** Undefined on pressed discs. */
export const readAtip = (session: DriveSession): Promise<Atip | undefined> =>
  ifReadable(async () => {
    const reply = await session.run(
      fromDrive(
        readTocPmaAtip,
        { msf: true, format: 4, trackSessionNumber: 0, allocationLength: atip.size },
        atip.size,
      ),
    );
    return reply.length < 16 ? undefined : decodeShort(atip, reply);
  });

const two = (value: number): string => String(value).padStart(2, '0');

/** The maker of a CD is known by the start of the lead-in, the last digit of its frame telling the dye. */
const identityOfAtip = ({ leadInStart: { minute, second, frame } }: Atip): MediumIdentity => ({
  manufacturer: `${two(minute)}m${two(second)}s${Math.floor(frame / 10)}xf`,
  type: `${two(minute)}:${two(second)}.${two(frame)}`,
  source: 'atip',
});

interface Question {
  readonly mediaType: 0 | 1;
  readonly format: number;
}

/** The structure and the four bytes before it. */
const readStructure = async <V>(
  session: DriveSession,
  { mediaType, format }: Question,
  of: Layout<V, never>,
): Promise<V> => {
  const length = 4 + of.size;
  const reply = await session.run(
    fromDrive(
      readDiscStructure,
      { mediaType, address: 0, layerNumber: 0, format, allocationLength: length, agid: 0 },
      length,
    ),
  );
  return decodeShort(of, discStructurePayload(reply));
};

const identityOf = (
  { manufacturer, mediaType }: { manufacturer: string; mediaType: string },
  source: MediumIdentity['source'],
): MediumIdentity | undefined =>
  manufacturer.trim() === ''
    ? undefined
    : { manufacturer: manufacturer.trim(), type: mediaType.trim(), source };

/** What a medium says of itself in its pregroove or lead-in. */
export interface Pregroove {
  readonly identity: MediumIdentity | undefined;
  /** Blocks of the data zone, where the pregroove tells. */
  readonly dataZone: number | undefined;
  readonly layers?: number;
}

/** The size counts with one layer only: of two, the second one is counted backwards. */
const askDvd = async (session: DriveSession): Promise<Pregroove> => {
  const adip = await readStructure(session, { mediaType: 0, format: 0x11 }, dvdPhysicalFormat);
  const blocks = adip.endOfDataZone - adip.startOfDataZone + 1;
  return {
    identity: identityOf(adip, 'adip'),
    dataZone: adip.numberOfLayers === 0 && blocks > 1 ? blocks : undefined,
    layers: adip.numberOfLayers + 1,
  };
};

const FIRST_SECTOR = 0x030000;

/** The lead-in of DVD-R and DVD-RW: two parts of the maker's identification, and the last sector of layer 0. It says nothing of layers. */
const askPrerecorded = async (session: DriveSession): Promise<Pregroove> => {
  const found = await readStructure(session, { mediaType: 0, format: 0x0e }, dvdPreRecordedInformation);
  const blocks = found.lastAddressOfDataRecordableArea + 1 - FIRST_SECTOR;
  return {
    identity: identityOf(
      { manufacturer: found.manufacturerPart1, mediaType: found.manufacturerPart2 },
      'pre-recorded',
    ),
    dataZone: blocks > 1 ? blocks : undefined,
  };
};

/** Of two layers the lead-in tells the first alone. */
const askDualLayer = async (session: DriveSession): Promise<Pregroove> => ({
  ...(await askPrerecorded(session)),
  dataZone: undefined,
});

/** DVD-RAM and DVD-ROM have no ADIP, and their maker stands nowhere. Format 00h, which every recorded DVD has, tells their layers. */
const askPhysical = async (session: DriveSession): Promise<Pregroove> => {
  const { numberOfLayers } = await readStructure(session, { mediaType: 0, format: 0x00 }, dvdPhysicalFormat);
  return { identity: undefined, dataZone: undefined, layers: numberOfLayers + 1 };
};

const askBd = async (session: DriveSession): Promise<Pregroove> => {
  const information = await readStructure(session, { mediaType: 1, format: 0x00 }, bdDiscInformation);
  const { numberOfLayers } = information;
  return {
    identity: identityOf(information, 'disc-information'),
    dataZone: undefined,
    ...(numberOfLayers > 0 && { layers: numberOfLayers }),
  };
};

/** Its Disc Information ends before what names the maker of a recordable one. */
const askBdRom = async (session: DriveSession): Promise<Pregroove> => ({
  ...(await askBd(session)),
  identity: undefined,
});

/** MMC-5 §6.23: ADIP of DVD+R and DVD+RW, pre-recorded information of DVD-R, Disc Information of BD. Some drives hang when asked with a CD in them. */
const QUESTIONS: Readonly<Partial<Record<MediumKind, typeof askDvd>>> = {
  'dvd-r': askPrerecorded,
  'dvd-rw': askPrerecorded,
  'dvd-r-dl': askDualLayer,
  'dvd+r': askDvd,
  'dvd+r-dl': askDvd,
  'dvd+rw': askDvd,
  'dvd+rw-dl': askDvd,
  'dvd-ram': askPhysical,
  'dvd-rom': askPhysical,
  'bd-r': askBd,
  'bd-re': askBd,
  'bd-rom': askBdRom,
};

/** Of those whose profile says it; a blank one has nothing that could be asked for it. */
const LAYERS: Readonly<Partial<Record<MediumKind, number>>> = { 'dvd-r': 1, 'dvd-rw': 1, 'dvd-r-dl': 2 };

/** MMC-5 §6.23.3, format 20h. */
export const readLayerBreak = (session: DriveSession): Promise<LayerBreak | undefined> =>
  ifReadable(async () => {
    const { layer0CapacitySet, layer0DataZoneCapacity } = await readStructure(
      session,
      { mediaType: 0, format: 0x20 },
      dvdLayerBoundary,
    );
    return { blocks: layer0DataZoneCapacity, fixed: layer0CapacitySet };
  });

const SILENT: Pregroove = { identity: undefined, dataZone: undefined };

/** Who made the medium and how large it is; `ofCd` is its ATIP, if it is a CD. */
export const readPregroove = async (
  session: DriveSession,
  kind: MediumKind,
  ofCd: Atip | undefined,
): Promise<Pregroove> => {
  if (ofCd) return { identity: identityOfAtip(ofCd), dataZone: blocksBefore(ofCd.lastPossibleLeadOutStart) };
  const question = QUESTIONS[kind];
  const layers = LAYERS[kind];
  const found = (question && (await ifReadable(() => question(session)))) ?? SILENT;
  return { ...found, ...(layers !== undefined && { layers }) };
};
