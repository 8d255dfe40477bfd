import { basename } from 'node:path';
import type { MasterRequest, TreeRequest } from '../image/master-request.js';
import { continuedName } from '../image/continued-name.js';
import type { TreeEdit } from '../image/draft/draft-edit.js';
import type { DraftEdit, DraftImage, ImageRequest, ImportedEdit } from './image-request.js';
import type { MadeFor } from './made-for.js';
import type { VolumeOptions } from './request.js';

type DataRequest = Extract<ImageRequest, { type: 'data' }>;

/** 16 units of UCS-2 (Joliet), 32 d-characters (ECMA-119 §8.4.7). */
const LONGEST = { joliet: 16, iso9660: 32 } as const;

/** Where a client names no volume: the first source, in what the volume identifier that readers show can hold. */
const defaultIdentifier = ({ sources: [first], volume }: DataRequest): string => {
  const name = basename(first?.path ?? '') || (first?.root ?? '') || 'SPINDLE';
  // Without ISO 9660 there is UDF, which holds any name.
  if (volume.iso9660 === false) return name.replace(/\p{Cc}/gu, '_').slice(0, LONGEST.iso9660);
  return volume.joliet
    ? name.replace(/[\p{Cc}*/:;?\\]/gu, '_').slice(0, LONGEST.joliet)
    : name
        .toUpperCase()
        .replace(/[^A-Z0-9_]/g, '_')
        .slice(0, LONGEST.iso9660);
};

/** What is said of ISO 9660 where there is none. */
const withoutIso: Pick<TreeRequest, 'iso9660' | 'level' | 'enhanced' | 'relaxed' | 'identifiers'> = {
  iso9660: false,
  level: 3,
  enhanced: false,
  relaxed: [],
  identifiers: {},
};

interface AboutVolume {
  readonly volume: VolumeOptions;
  readonly volumeIdentifier: string;
  readonly startBlock: number;
  readonly createdAt: string;
}

/** All but what lies in the volume. */
const volumeRequest = ({ volume, volumeIdentifier, startBlock, createdAt }: AboutVolume) => {
  const { iso9660, joliet, rockRidge, strictNames, udf, posix, hidden, boot, manifest, video, zoneMinutes } =
    volume;
  return {
    volumeIdentifier,
    volumeNames: volume.identifiers,
    keepVolumeName: false,
    ...(iso9660 === false ? withoutIso : { ...iso9660, iso9660: true }),
    joliet,
    rockRidge,
    udf,
    strictNames,
    asciiNames: volume.asciiNames,
    skipUnsupported: false,
    skipOfSession: false,
    startBlock,
    remove: [] as string[],
    onConflict: 'replace' as const,
    posix,
    hidden,
    zoneMinutes,
    boot,
    manifest,
    video,
    createdAtNs: BigInt(Date.parse(createdAt)) * 1_000_000n,
  };
};

/** What becomes of the session that an image continues; what it is called is known to whoever reads it. */
const continuing = (
  { remove, onConflict, skipUnsupported }: NonNullable<DataRequest['import']>,
  { identifier }: VolumeOptions,
) => ({ keepVolumeName: identifier === undefined, remove, onConflict, skipOfSession: skipUnsupported });

/**
 * What the mastering process is told to make of a request. The volume gets the time of the request, so that the
 * same image comes out when it is mastered again.
 */
export const masterRequestOf = (request: ImageRequest, createdAt: string): MasterRequest => {
  const { startBlock = 0 } = request;
  if (request.type === 'image') return { image: request.source, startBlock };
  const { volume } = request;
  const volumeIdentifier = volume.identifier ?? defaultIdentifier(request);
  return {
    sources: request.sources,
    ...volumeRequest({ volume, volumeIdentifier, startBlock, createdAt }),
    ...(request.import && continuing(request.import, volume)),
  };
};

/** A draft has no first source to be named after: it is named after the moment at which it was begun. */
const identifierOfMoment = (createdAt: string): string =>
  createdAt.slice(0, 16).replace(/[-:]/g, '').replace('T', '_');

/** The options of the volume that the edits of a draft leave, or those that it began with. */
const volumeOf = (request: DraftImage, edits: readonly DraftEdit[]): VolumeOptions =>
  edits.findLast((edit) => edit.do === 'volume')?.volume ?? request.volume;

/** Where the client names none, what the session is called that a draft continues; an import by an earlier build has not told all of it. */
const importedName = (
  { identifier, identifiers, asciiNames }: VolumeOptions,
  imported: MadeFor['imported'],
) =>
  identifier === undefined && imported?.volumeIdentifiers
    ? continuedName(imported.volumeIdentifiers, { volumeNames: identifiers, asciiNames })
    : undefined;

/** The edit by which a draft has imported the session of a medium; undefined where it has not. */
export const importIn = (edits: readonly DraftEdit[]): ImportedEdit | undefined =>
  edits.find((edit) => edit.do === 'import-session');

/** What a draft is without its tree: the edits of that are told bit by bit while it is built. What continues a medium has its place there. */
export const draftRequestOf = (
  request: DraftImage,
  edits: readonly DraftEdit[],
  createdAt: string,
): TreeRequest => {
  const volume = volumeOf(request, edits);
  const madeFor = importIn(edits)?.madeFor;
  return {
    sources: [],
    edits: [],
    ...volumeRequest({
      volume,
      volumeIdentifier: volume.identifier ?? identifierOfMoment(createdAt),
      startBlock: madeFor?.placement.start ?? request.startBlock ?? 0,
      createdAt,
    }),
    ...importedName(volume, madeFor?.imported),
  };
};

/** Blocks that the image of a draft may have: what was said, else what the medium has left that it continues; undefined where there is no limit. */
export const limitOf = (request: DraftImage, edits: readonly DraftEdit[]): number | undefined => {
  const last = edits.findLast((edit) => edit.do === 'limit');
  if (last) return last.blocks ?? undefined;
  return request.limitBlocks ?? importIn(edits)?.madeFor.placement.room;
};

/** What an edit does to the tree; options of the volume are no part of it. */
const treeEditOf = (edit: DraftEdit): TreeEdit[] => {
  if (edit.do === 'volume' || edit.do === 'limit') return [];
  if (edit.do !== 'import-session') return [edit];
  const { session, body, onConflict, skipUnsupported } = edit;
  return [{ do: 'take-session', session, body, onConflict, skipUnsupported }];
};

/** Of edits those that are about the tree. */
export const treeEditsOf = (edits: readonly DraftEdit[]): TreeEdit[] => edits.flatMap(treeEditOf);
