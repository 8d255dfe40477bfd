import { type Layout, type ValuesOf, decodeShort } from '../binary/layout.js';
import { readDiscStructure } from '../scsi/commands/read-disc-structure.js';
import { readTocPmaAtip } from '../scsi/commands/read-toc-pma-atip.js';
import { atip } from '../scsi/structures/atip.js';
import { bdDiscInformation } from '../scsi/structures/bd-structures.js';
import { discStructurePayload } from '../scsi/structures/disc-structure.js';
import { dvdPhysicalFormat } from '../scsi/structures/dvd-structures.js';
import { fromDrive } from './command.js';
import { type DriveSession } from './drive-session.js';
import { ifKnown } from './if-known.js';
import { type MediumIdentity, type MediumKind } from './medium.js';

type Atip = ValuesOf<typeof atip>;

/** Undefined on pressed discs. */
export const readAtip = (session: DriveSession): Promise<Atip | undefined> =>
  ifKnown(async () => {
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

const identityOf = ({ manufacturer, mediaType }: { manufacturer: string; mediaType: string }) => ({
  manufacturer: manufacturer.trim(),
  type: mediaType.trim(),
});

const askDvd = async (session: DriveSession): Promise<MediumIdentity> =>
  identityOf(await readStructure(session, { mediaType: 0, format: 0x11 }, dvdPhysicalFormat));

const askBd = async (session: DriveSession): Promise<MediumIdentity> =>
  identityOf(await readStructure(session, { mediaType: 1, format: 0x00 }, bdDiscInformation));

/** MMC-5 §6.23: ADIP of DVD+R and DVD+RW, Disc Information of BD. Some drives hang when asked with a CD in them. */
const QUESTIONS: Readonly<Partial<Record<MediumKind, typeof askDvd>>> = {
  'dvd+r': askDvd,
  'dvd+r-dl': askDvd,
  'dvd+rw': askDvd,
  'dvd+rw-dl': askDvd,
  'bd-r': askBd,
  'bd-re': askBd,
};

const known = (identity: MediumIdentity | undefined): MediumIdentity | undefined =>
  identity === undefined || identity.manufacturer === '' ? undefined : identity;

/** Who made the medium; `ofCd` is its ATIP, if it is a CD. */
export const readMediumIdentity = async (
  session: DriveSession,
  kind: MediumKind,
  ofCd: Atip | undefined,
): Promise<MediumIdentity | undefined> => {
  if (ofCd) return identityOfAtip(ofCd);
  const question = QUESTIONS[kind];
  return question && known(await ifKnown(() => question(session)));
};
