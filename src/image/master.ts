import { createHash } from 'node:crypto';

import { secondsOfNs } from '../binary/calendar.js';
import { type ErrorItem, SpindleError } from '../errors.js';
import { setAttributes } from './attributes.js';
import { type DigestOptions, listFiles } from './digest-files.js';
import { prepareBoot } from './boot-images.js';
import type { ImageContents } from './image-contents.js';
import { imageOfFile } from './image-of-file.js';
import type { Base, LeftOut } from './import/base.js';
import { DraftTree } from './draft/draft-tree.js';
import { layOutVolume, type Volume } from './bridge.js';
import { continuedName } from './continued-name.js';
import { Manifest } from './manifest.js';
import type { MasterRequest, TreeRequest } from './master-request.js';
import { hasReaders, isWorthWarning, nameChanges, type NameChange, VOLUME } from './name-changes.js';
import { refuseLongPaths } from './path-limits.js';
import type { OpenRoots } from './roots.js';
import { scanSources, type ScanOptions } from './scan.js';
import { SourceReader } from './source-reader.js';
import type { Tree } from './tree.js';
import { takeOver, type Taken, type Wanted } from './take-over.js';
import { extentsAtLevel } from './taken-content.js';
import { continuedUdf } from './udf-continued.js';
import { udfOptions, type UdfOptions } from './udf-options.js';
import { layOutVideo, withVideo } from './video.js';
import { checkRevision } from './volume-limits.js';
import { volumeImage } from './volume-image.js';

export interface MasterOptions {
  readonly roots: OpenRoots;
  readonly onEntries: ScanOptions['onEntries'];
  readonly onDigested?: DigestOptions['onDigested'];
  /** The session that is continued: what it holds stands in the new one, too. */
  readonly base?: Base | undefined;
}

/** An image of which everything is known and nothing is written: an image file or a stream can be made of it, once. */
export interface Mastered {
  readonly contents: ImageContents;
  /** Names that readers of the disc will see changed. */
  readonly warnings: () => Iterable<NameChange>;
  /** Files and directories that were taken over of the session that it continues. */
  readonly kept: number;
  /** What it cannot hold of that, as the client has agreed to. */
  readonly leftOut: readonly LeftOut[];
}

/** Names listed in one failure. */
const MOST_LISTED = 1000;

const digestOf = (request: MasterRequest): string =>
  createHash('sha256')
    .update(
      JSON.stringify(request, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    )
    .digest('hex');

function* warnings(volume: Volume): Generator<NameChange> {
  const { request } = volume;
  // Plain ISO 9660 changes nearly every name: they are not even looked at where nobody sees them.
  for (const change of nameChanges(volume, (fileSystem) => hasReaders(request, fileSystem)))
    if (isWorthWarning(request, change)) yield change;
}

const refuseChanges = (changes: Iterable<NameChange>): void => {
  const errors: ErrorItem[] = [];
  for (const { path, fileSystem, recordedAs, pathBytes } of changes) {
    if (pathBytes !== undefined) continue;
    const what = path === VOLUME ? '(the name of the volume) ' : '';
    errors.push({ pointer: path, message: `${what}becomes "${recordedAs}" in ${fileSystem}` });
    if (errors.length === MOST_LISTED) break;
  }
  const [first] = errors;
  if (first) throw new SpindleError('names-mangled', `${first.pointer} ${first.message}.`, { errors });
};

/** What no other volume has: its time and its request, in sixteen hexadecimal digits. */
const identityOf = (createdAtNs: bigint, digest: string): string =>
  secondsOfNs(createdAtNs).toString(16).padStart(8, '0').slice(-8) + digest.slice(0, 8);

/** Reads small files that become part of the metadata. */
const wholeSources = (tree: Tree, roots: OpenRoots): ((entry: number) => Uint8Array) => {
  const reader = new SourceReader(roots);
  return (entry) => {
    const held = tree.onMedium.held(entry);
    if (held) return held;
    const bytes = new Uint8Array(tree.contentBytes(entry));
    try {
      reader.open(tree.source(entry));
      reader.read(bytes, 0);
      reader.finish();
    } finally {
      reader.close();
    }
    return bytes;
  };
};

const refuseBase = (request: TreeRequest, { bootCatalog }: Base): void => {
  if (bootCatalog !== undefined && !request.iso9660)
    throw new SpindleError(
      'base-unsuitable',
      'The session is bootable, which one without ISO 9660 cannot be.',
    );
};

/** What the volume can hold of an earlier one. */
const wantedOf = (request: TreeRequest, udf: UdfOptions | undefined): Wanted => {
  const { iso9660, level, remove, onConflict, manifest, skipUnsupported, skipOfSession } = request;
  const rockRidge = iso9660 && request.rockRidge;
  return {
    remove,
    onConflict,
    skipUnsupported: skipUnsupported || skipOfSession,
    links: rockRidge || udf?.symbolicLinks === true,
    rockRidge,
    streams: udf?.rules.extended === true,
    manifest,
    isoExtents: iso9660 ? extentsAtLevel(level) : undefined,
    udf: udf !== undefined,
  };
};

const NOTHING_TAKEN: Taken = { kept: 0, digests: new Map(), leftOut: [] };

/** Adds to a tree what the session holds that it is to continue. */
export const goOnWith = (tree: Tree, request: TreeRequest, base: Base | undefined): Taken => {
  if (base) refuseBase(request, base);
  if (base) return takeOver(tree, base, wantedOf(request, udfOptions(request)));
  if (request.remove.length > 0)
    throw new SpindleError('base-path-unknown', 'There is no session from which anything could be removed.');
  return NOTHING_TAKEN;
};

type LayOutOptions = Pick<MasterOptions, 'roots' | 'onEntries' | 'base'>;

/** How sources are looked at for a request. */
export const scanOptionsOf = (request: TreeRequest, { roots, onEntries }: LayOutOptions): ScanOptions => {
  const { createdAtNs, iso9660, skipUnsupported, posix } = request;
  const rockRidge = iso9660 && request.rockRidge;
  const udf = udfOptions(request);
  return {
    roots,
    createdAtNs,
    links: rockRidge || udf?.symbolicLinks === true,
    devices: rockRidge && posix.devices,
    attributes: udf?.extendedAttributes === true,
    streams: udf?.streams ?? [],
    skipUnsupported,
    onEntries,
  };
};

interface Merged {
  readonly tree: Tree;
  readonly taken: Taken;
}

/** What was read of files in whose places later edits have put others says nothing of these. */
const stillTaken = (tree: Tree, { digests, ...taken }: Taken): Taken => ({
  ...taken,
  digests: new Map([...digests].filter(([entry]) => tree.isTakenOver(entry))),
});

const draftOf = (
  edits: NonNullable<TreeRequest['edits']>,
  request: TreeRequest,
  { base, ...options }: ScanOptions & Pick<LayOutOptions, 'base'>,
): Merged => {
  let taken = NOTHING_TAKEN;
  const draft = new DraftTree(options, (tree, { onConflict, skipUnsupported }) => {
    taken = goOnWith(tree, { ...request, onConflict, skipOfSession: skipUnsupported }, base);
  });
  for (const edit of edits) draft.apply(edit);
  const tree = draft.finish(options.streams);
  return { tree, taken: stillTaken(tree, taken) };
};

/** The tree with what the session holds that it continues: of a draft from the edit on that takes it over. */
const mergedTree = (request: TreeRequest, options: LayOutOptions): Merged => {
  const { sources, edits } = request;
  const scanning = scanOptionsOf(request, options);
  if (edits) return draftOf(edits, request, { ...scanning, base: options.base });
  const tree = scanSources(sources, scanning);
  return { tree, taken: goOnWith(tree, request, options.base) };
};

/** Where the client names none, that of the session which is continued. */
const nameOf = (request: TreeRequest, base: Base | undefined) =>
  request.keepVolumeName && base ? continuedName(base.volumeNames, request) : undefined;

interface LaidOut {
  readonly volume: Volume;
  readonly manifest: Manifest | undefined;
  /** Entries of the session that is continued. */
  readonly kept: number;
  readonly leftOut: readonly LeftOut[];
}

/** Scans, names and measures a tree, and hands out all addresses; nothing is written. */
export const layOutTree = (wanted: TreeRequest, { roots, onEntries, base }: LayOutOptions): LaidOut => {
  const request = withVideo({ ...wanted, ...nameOf(wanted, base) });
  const { createdAtNs, iso9660, startBlock } = request;
  const asked = udfOptions(request);
  const {
    tree,
    taken: { digests, ...taken },
  } = mergedTree(request, { roots, onEntries, base });
  const udf = base ? continuedUdf(asked, base, tree.onMedium.firstBlock) : asked;
  if (request.edits) checkRevision(tree, udf);
  const manifest = request.manifest === undefined ? undefined : new Manifest(tree, request.manifest, digests);
  const readSource = wholeSources(tree, roots);
  const leading = layOutVideo(tree, request, readSource);
  setAttributes(tree, request);
  const around = { roots, iso9660, startBlock, udf };
  const boot = request.boot && prepareBoot(tree, request.boot, around);
  const identity = identityOf(createdAtNs, digestOf(request));
  const volume = layOutVolume(tree, request, {
    udf,
    identity,
    readSource,
    boot,
    keptCatalog: base?.bootCatalog,
    manifest,
    leading,
  });
  if (request.strictNames !== false) {
    refuseChanges(request.strictNames === 'all' ? nameChanges(volume) : warnings(volume));
    refuseLongPaths(volume);
  }
  return { volume, manifest, ...taken };
};

const masterTree = (request: TreeRequest, options: MasterOptions): Mastered => {
  const { volume, manifest, ...taken } = layOutTree(request, options);
  const listed = manifest && listFiles(volume, manifest, options);
  const contents = { ...volumeImage(volume, digestOf(volume.request)), ...(listed && { manifest: listed }) };
  return { contents, warnings: () => warnings(volume), ...taken };
};

/**
 * Makes an image of what was asked for: scans, names, measures and hands out addresses. Throws one error with all that is wrong before anything is
 * written.
 */
export const master = (request: MasterRequest, options: MasterOptions): Mastered =>
  'image' in request
    ? {
        contents: imageOfFile(
          { ...request.image, startBlock: request.startBlock },
          options.roots,
          digestOf(request),
        ),
        warnings: () => [],
        kept: 0,
        leftOut: [],
      }
    : masterTree(request, options);
