import { SpindleError } from '../../errors.js';
import { type BaseDigest, digestBase, type ListedBase } from './base-digests.js';
import { type BlockReader, cached } from './block-reader.js';
import { FileIdentities } from './file-identities.js';
import type { ImportedFileSystem } from './file-systems.js';
import { FINDINGS, type Finding, type FindingCode, type Report } from './findings.js';
import { type OnEntry, taking } from './found-entries.js';
import type { ImportedEntry } from './imported-entry.js';
import { type ImportedNames, importedNamesOf } from './imported-names.js';
import { type IsoDescriptors, readIsoDescriptors } from './iso-descriptors.js';
import type { IsoView } from './iso-entry.js';
import { hasRockRidge, isoEntries } from './iso-tree.js';
import { TakenBlocks } from './taken-blocks.js';
import { type BaseUdf, importBeside, importUdf, readBaseUdf } from './udf-base.js';
import { besideUdf } from './udf-beside.js';
import { recognizedUdf } from './udf-recognition.js';
import type { AccountedVolume } from './udf-space-checks.js';
import type { UdfVolume } from './udf-volume.js';
import { readUdfWithin } from './udf-within.js';

/** The tree of a session that another one is to continue. */
export interface Base {
  /** First block of the session. */
  readonly start: number;
  readonly view: ImportedFileSystem;
  /** All by which the session can be read. */
  readonly views: readonly ImportedFileSystem[];
  readonly volumeIdentifier: string;
  /** In each file system that is there, whatever the session is read by. */
  readonly volumeNames: ImportedNames;
  /** A directory before what lies in it; the root first. */
  readonly entries: readonly ImportedEntry[];
  /** Undefined where the session has no UDF. */
  readonly udf: BaseUdf | undefined;
  /** Of what it holds that cannot be taken over. */
  readonly leftOut: readonly LeftOut[];
  /** Block of El Torito's catalog, whatever is wrong with it: files are as sound as before. Undefined where the session boots nothing. */
  readonly bootCatalog: number | undefined;
  /** Of files and streams, by `digestKey`; undefined where no manifest is wanted. */
  readonly digests: ReadonlyMap<string, BaseDigest> | undefined;
}

/** Something that no entry has. */
export interface LeftOut {
  readonly path: string;
  /** What follows the path in a sentence. */
  readonly reason: string;
}

/** Findings that are listed in one failure. */
const MOST_LISTED = 100;

/** Findings that are kept; each of two million files may have one. */
const MOST_FINDINGS = 100_000;

const refuseDamaged = (findings: readonly Finding[], start: number): void => {
  const serious = findings.filter(({ code }) => FINDINGS[code].severity === 'error');
  const [first] = serious;
  if (!first) return;
  throw new SpindleError('base-unreadable', `The session at block ${start}: ${first.detail}`, {
    errors: serious.slice(0, MOST_LISTED).map(({ code, detail, path, block }) => ({
      pointer: path ?? (block === undefined ? '' : `block ${block}`),
      message: `${FINDINGS[code].title}. ${detail}`,
    })),
  });
};

/** What a session consists of, before its tree is read. */
interface Session {
  readonly reader: BlockReader;
  readonly start: number;
  readonly iso: IsoDescriptors | undefined;
  readonly udf: { readonly volume: UdfVolume; readonly udf: BaseUdf } | undefined;
  readonly report: Report;
  readonly onEntry: OnEntry | undefined;
}

/** The file systems of a session, that which shows most first; where there is none of 1999 alone. */
export const fileSystemsOf = async (
  reader: BlockReader,
  iso: IsoDescriptors | undefined,
  udf: boolean,
): Promise<ImportedFileSystem[]> => {
  const rockRidge = iso !== undefined && (await hasRockRidge(reader, iso.primary));
  const found: [ImportedFileSystem, boolean][] = [
    ['rock-ridge', rockRidge],
    ['udf', udf],
    ['joliet', iso?.joliet !== undefined],
    ['iso9660', iso !== undefined],
    ['enhanced', iso?.enhanced !== undefined],
  ];
  return found.flatMap(([fileSystem, isThere]) => (isThere ? [fileSystem] : []));
};

const descriptorOf = (
  { primary, joliet, enhanced }: IsoDescriptors,
  view: IsoView,
): IsoDescriptors['primary'] | undefined =>
  ({ 'rock-ridge': primary, iso9660: primary, joliet, enhanced })[view];

type Tree = Pick<Base, 'volumeIdentifier' | 'entries'>;

/** Which session is read, and what for. */
interface BaseOptions {
  readonly start: number;
  /** That which shows most, where it is left out. */
  readonly view?: ImportedFileSystem | undefined;
  /** What continues the session has a manifest, for which all files are read. */
  readonly listed?: ListedBase | undefined;
  /** What continues it goes into the free blocks of its UDF. */
  readonly within?: boolean;
  readonly onEntry?: OnEntry | undefined;
}

const isoTree = async (
  { reader, iso, report, onEntry }: Session,
  view: IsoView,
): Promise<Tree | undefined> => {
  const descriptor = iso && descriptorOf(iso, view);
  if (!descriptor) return undefined;
  const entries: ImportedEntry[] = [];
  const take = taking(entries, view, onEntry);
  const identities = new FileIdentities();
  for await (const entry of isoEntries(reader, { descriptor, view, report }))
    take({ ...entry, identity: identities.of(entry), held: undefined, streams: [] });
  return { volumeIdentifier: descriptor.volumeIdentifier, entries };
};

/** What readers of one file system see no more, though nothing is wrong with it. */
const LEFT_OUT: Readonly<Partial<Record<FindingCode, string>>> = {
  'associated-file': 'has an associated file, which cannot be taken over',
  'version-hidden': 'has an older version, which cannot be taken over',
  'attributes-foreign': 'has attributes that cannot be taken over',
};

const leftOutOf = (findings: readonly Finding[]): LeftOut[] =>
  findings.flatMap(({ code, detail, path = '/' }) => {
    const reason = LEFT_OUT[code];
    return reason === undefined ? [] : [{ path, reason: `${reason}: ${detail.replace(/\.$/, '')}` }];
  });

/**
 * ISO 9660 has no named streams, and not the flags of UDF, so that beside it UDF tells of them. OSTA UDF 2.00 3.3.5: streams came with ECMA-167
 * 3. Before, whatever is damaged of UDF has flags that nobody reads, so that nothing gets lost with it.
 */
const withUdf = async (tree: Tree, { udf, report }: Session): Promise<Tree & Pick<Base, 'leftOut'>> => {
  if (!udf) return { ...tree, leftOut: [] };
  const told = udf.udf.standard === 'NSR03' ? report : (): undefined => undefined;
  const { entries, unclaimed } = besideUdf(tree.entries, await importBeside(udf.volume, told));
  const reasonOf = (what: string): string =>
    `has ${what} in UDF and another name here; continue its view \`udf\``;
  const leftOut = unclaimed.map(({ path, what }) => ({ path, reason: reasonOf(what) }));
  return { ...tree, entries, leftOut };
};

const udfTree = async ({ udf, report, onEntry }: Session): Promise<Tree | undefined> =>
  udf && { volumeIdentifier: udf.volume.identifier, entries: await importUdf(udf.volume, report, onEntry) };

/** The same volume, which notes what is read of it as taken. */
const accounted = (volume: UdfVolume): AccountedVolume => {
  const { space } = volume;
  return { ...volume, space: { ...space, taken: new TakenBlocks(space.partitions, space.reader.blocks) } };
};

type ShownTree = Tree & Pick<Base, 'leftOut' | 'udf'>;

/** The tree of a volume of UDF, with what a session has to know that goes into it. */
const treeWithin = async ({ udf, report, start, onEntry }: Session): Promise<ShownTree> => {
  if (!udf)
    throw new SpindleError('base-unreadable', `The UDF of the session at block ${start} cannot be read.`);
  const volume = accounted(udf.volume);
  const entries = await importUdf(volume, report, onEntry);
  const inRoot = entries.filter(({ parent }) => parent === 0);
  const within = await readUdfWithin(volume, inRoot);
  return { volumeIdentifier: volume.identifier, entries, leftOut: [], udf: { ...udf.udf, within } };
};

const treeOf = async (session: Session, view: ImportedFileSystem): Promise<ShownTree> => {
  const shown = view === 'udf' ? await udfTree(session) : await isoTree(session, view);
  if (!shown) throw new SpindleError('base-unreadable', `The ${view} of the session cannot be read.`);
  const whole = view === 'udf' ? { ...shown, leftOut: [] } : await withUdf(shown, session);
  return { ...whole, udf: session.udf?.udf };
};

const choose = (
  offered: readonly ImportedFileSystem[],
  wanted: ImportedFileSystem | undefined,
  start: number,
): ImportedFileSystem => {
  const [best] = offered;
  if (best === undefined)
    throw new SpindleError(
      'base-unsuitable',
      `Neither a volume of ISO 9660 nor one of UDF begins with block ${start}.`,
    );
  if (wanted === undefined || offered.includes(wanted)) return wanted ?? best;
  throw new SpindleError('base-unsuitable', `The session has no ${wanted}, but ${offered.join(', ')}.`);
};

/**
 * Reads the tree of the session at `start`, by the view that shows most of it unless one is named: Rock Ridge, else UDF, else Joliet, else
 * plain ISO 9660. Refuses one that cannot be read in full: what is missing would be gone from the disc that continues it.
 */
export const readBase = async (
  source: BlockReader,
  { start, view: wanted, listed, within = false, onEntry }: BaseOptions,
): Promise<Base> => {
  const findings: Finding[] = [];
  const report = (finding: Finding): void => {
    if (findings.length < MOST_FINDINGS) findings.push(finding);
  };
  const reader = cached(source);
  const iso = await readIsoDescriptors(reader, start, report);
  refuseDamaged(findings, start);
  const recognized = await recognizedUdf(reader, start);
  const views = await fileSystemsOf(reader, iso, recognized !== undefined);
  const view = choose(views, wanted, start);
  const wrong: Finding[] = [];
  // What is wrong with it matters where its tree is wanted.
  const udf = recognized
    ? await readBaseUdf(reader, { start, standard: recognized }, (finding) => void wrong.push(finding))
    : undefined;
  if (view === 'udf' || !udf) refuseDamaged(wrong, start);
  const bootCatalog = iso?.bootCatalog;
  const session = { reader, start, iso, udf, report, onEntry };
  const tree = within ? await treeWithin(session) : await treeOf(session, view);
  refuseDamaged(findings, start);
  const digests = listed && (await digestBase(reader, tree.entries, listed));
  const leftOut = [...tree.leftOut, ...leftOutOf(findings)];
  const volumeNames = importedNamesOf(iso, udf?.volume);
  return { start, view, views, ...tree, volumeNames, leftOut, bootCatalog, digests };
};
