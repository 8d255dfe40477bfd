import { z } from 'zod';
import type { Moment } from '../../binary/calendar.js';
import { revisionOf, UDF_REVISIONS } from '../../udf/revisions.js';
import { fileSystemsOf } from './base.js';
import { type BlockReader, cached, isUnreadable } from './block-reader.js';
import { type ImportedFileSystem, IMPORTED_FILE_SYSTEMS } from './file-systems.js';
import { FINDINGS, type Finding, type Report } from './findings.js';
import { withoutPadding } from './imported-names.js';
import { type IsoDescriptors, readIsoDescriptors } from './iso-descriptors.js';
import { recognizedUdf } from './udf-recognition.js';
import { readUdfVolume, type UdfVolume } from './udf-volume.js';

/** A file system of a session, by its descriptors alone. */
export const listedVolume = z
  .strictObject({
    fileSystem: z.enum(IMPORTED_FILE_SYSTEMS),
    volumeIdentifier: z.string().meta({ description: 'Empty where it has no name' }),
    createdAt: z.iso.datetime({ precision: 3 }).exactOptional().meta({
      description:
        'When the volume was made, as its primary descriptor says: creation in ISO 9660 (ECMA-119 8.4.26), recording of the descriptor in UDF (ECMA-167 3/10.1.17). Absent where it does not tell',
    }),
    udfRevision: z
      .enum(UDF_REVISIONS)
      .exactOptional()
      .meta({ description: 'Of UDF, where it is one that is known' }),
  })
  .meta({ id: 'ListedVolume' });
export type ListedVolume = z.infer<typeof listedVolume>;

export const listedVolumes = z.strictObject({
  volumes: z.array(listedVolume).meta({
    description: 'The one that shows most first, as an import takes it; none where no volume begins there',
  }),
  problem: z
    .string()
    .exactOptional()
    .meta({ description: 'What of it could not be read, and is not listed for that' }),
});
export type ListedVolumes = z.infer<typeof listedVolumes>;

/** Years have four digits here, which those of strangers need not have. */
const toldTime = (moment: Moment | null | undefined): { readonly createdAt?: string } => {
  if (!moment) return {};
  const createdAt = new Date(Number(moment.ns / 1_000_000n)).toISOString();
  return /^\d{4}-/.test(createdAt) ? { createdAt } : {};
};

const ofIso = (
  fileSystem: ImportedFileSystem,
  { primary, joliet, enhanced }: IsoDescriptors,
): ListedVolume[] => {
  const descriptors = { joliet, enhanced, 'rock-ridge': primary, iso9660: primary, udf: undefined };
  const descriptor = descriptors[fileSystem];
  if (!descriptor) return [];
  const { volumeIdentifier, values } = descriptor;
  return [
    {
      fileSystem,
      volumeIdentifier: withoutPadding(volumeIdentifier),
      ...toldTime(values.creationDate),
    },
  ];
};

const ofUdf = ({ identifier, recordedAt, described }: UdfVolume): ListedVolume => {
  const udfRevision = revisionOf(described.domain.revision);
  return {
    fileSystem: 'udf',
    volumeIdentifier: identifier,
    ...toldTime(recordedAt),
    ...(udfRevision !== undefined && { udfRevision }),
  };
};

const read = async (reader: BlockReader, start: number, report: Report): Promise<ListedVolume[]> => {
  const iso = await readIsoDescriptors(reader, start, report);
  const udf = (await recognizedUdf(reader, start)) ? await readUdfVolume(reader, start, report) : undefined;
  const views = await fileSystemsOf(reader, iso, udf !== undefined);
  return views.flatMap((view) => {
    if (view === 'udf') return udf ? [ofUdf(udf)] : [];
    return iso ? ofIso(view, iso) : [];
  });
};

/**
 * The file systems of the session that begins at `start`, by their descriptors alone: no directory is read but the root, for Rock Ridge. What
 * keeps anybody from reading the medium rejects.
 */
export const listVolumes = async (source: BlockReader, start: number): Promise<ListedVolumes> => {
  const serious: Finding[] = [];
  const report: Report = (finding) => {
    if (FINDINGS[finding.code].severity === 'error') serious.push(finding);
  };
  try {
    const volumes = await read(cached(source), start, report);
    const [first] = serious;
    return { volumes, ...(first && { problem: `${FINDINGS[first.code].title}. ${first.detail}` }) };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { volumes: [], problem: error.message };
  }
};
