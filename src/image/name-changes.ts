import { volumeNamesOf } from './volume-names.js';
import type { Naming } from '../iso9660/names.js';
import { pathBytes } from '../os/path-bytes.js';
import { changedPath } from '../udf/path-components.js';
import type { Hierarchy } from './hierarchy.js';
import type { Volume } from './bridge.js';
import { ENHANCED_NAMING, type IsoVolume, primaryNaming } from './iso-volume.js';
import type { TreeRequest } from './master-request.js';
import { jolietTextChanges } from './descriptor-texts.js';
import { pathsTooLong } from './path-limits.js';
import { ROOT } from './tree.js';

/** The file systems that name entries, in the order in which image files number them. */
export const FILE_SYSTEMS = ['iso9660', 'joliet', 'rock-ridge', 'udf', 'iso9660-1999'] as const;
export type FileSystem = (typeof FILE_SYSTEMS)[number];

/** What stands for the volume among the paths on its disc. */
export const VOLUME = '/';

/** A name that a file system does not hold, or does not show, as it is. */
export interface NameChange {
  /**
   * On the disc, in the names of the sources; `/` is the volume, which has a name beside those of its entries, `/:publisher` what its descriptor says, and
   * `/path:name` the stream of that name of what lies at `/path`.
   */
  readonly path: string;
  readonly fileSystem: FileSystem;
  /** What the last name of the path becomes. */
  readonly recordedAs: string;
  /** Bytes of the path, where these are more than the file system allows; absent otherwise. */
  readonly pathBytes?: number;
}

/**
 * Rock Ridge holds every name, but the kernel's isofs shows the first entry of a name alone when all of them make 254 bytes or more
 * (fs/isofs/rock.c), and Linux is where Rock Ridge is read.
 */
const SHOWN_BY_LINUX = 253;
const FIRST_NAME_ENTRY = 250;

interface Shown {
  readonly hierarchy: Hierarchy;
  readonly fileSystem: FileSystem;
  readonly shown: (entry: number, name: string) => string;
}

const identifiers = (hierarchy: Hierarchy, fileSystem: FileSystem, shown: Naming['shown']): Shown => ({
  hierarchy,
  fileSystem,
  shown: (entry) => shown(hierarchy.identifier(entry)),
});

const rockRidgeNames = (hierarchy: Hierarchy): Shown => ({
  hierarchy,
  fileSystem: 'rock-ridge',
  shown: (_entry, name) => {
    // No character takes more than three bytes per unit.
    if (name.length * 3 <= SHOWN_BY_LINUX) return name;
    const bytes = pathBytes(name);
    return bytes.length <= SHOWN_BY_LINUX
      ? name
      : new TextDecoder().decode(bytes.subarray(0, FIRST_NAME_ENTRY));
  },
});

const isoNames = ({ primary, joliet, enhanced, request }: IsoVolume): Shown[] => [
  identifiers(primary.hierarchy, 'iso9660', primaryNaming(request).shown),
  ...(joliet ? [identifiers(joliet.hierarchy, 'joliet', (identifier) => identifier)] : []),
  ...(enhanced ? [identifiers(enhanced.hierarchy, 'iso9660-1999', ENHANCED_NAMING.shown)] : []),
  ...(request.rockRidge ? [rockRidgeNames(primary.hierarchy)] : []),
];

const recordedNames = ({ iso, udf }: Volume): Shown[] => [
  ...(iso ? isoNames(iso) : []),
  ...(udf ? [identifiers(udf.udf.hierarchy, 'udf', (identifier) => identifier)] : []),
];

/** The volume's own name; Rock Ridge has no place for one, UDF holds every one. */
export const volumeNames = ({ iso, udf, request }: Volume): Omit<RecordedName, 'path'>[] => {
  const names = volumeNamesOf(request);
  return [
    ...(iso ? [{ fileSystem: 'iso9660' as const, name: names.iso9660 }] : []),
    ...(iso?.joliet ? [{ fileSystem: 'joliet' as const, name: names.joliet }] : []),
    ...(udf ? [{ fileSystem: 'udf' as const, name: names.udf }] : []),
  ];
};

/** What was said of a file system by itself is no change. */
function* volumeNameChanges(volume: Volume): Generator<NameChange> {
  const { volumeIdentifier, volumeNames: said } = volume.request;
  const isSaid = (fileSystem: FileSystem): boolean => fileSystem in said;
  for (const { fileSystem, name } of volumeNames(volume))
    if (name !== volumeIdentifier && !isSaid(fileSystem))
      yield { path: VOLUME, fileSystem, recordedAs: name };
}

/** What descriptors say of the volume and Joliet has no room for; what it is goes behind the volume, as the names of streams do behind their files. */
function* textChanges({ iso, request }: Volume): Generator<NameChange> {
  if (!iso?.joliet) return;
  for (const [text, recordedAs] of jolietTextChanges(request.identifiers))
    yield { path: `${VOLUME}:${text}`, fileSystem: 'joliet', recordedAs };
}

/** How readers of one file system see an entry. */
export interface RecordedName {
  readonly fileSystem: FileSystem;
  readonly name: string;
  /** In that file system. */
  readonly path: string;
}

const isHeld = ({ children }: Hierarchy, directory: number, entry: number): boolean =>
  children.get(directory)?.includes(entry) === true;

/** How each file system that holds an entry shows it. Where a deep directory was moved, plain ISO 9660 has another path. */
export const recordedNamesOf = (volume: Volume, entry: number): RecordedName[] => {
  const { tree } = volume;
  return recordedNames(volume).flatMap(({ hierarchy, fileSystem, shown }) => {
    const parentOf = (at: number): number => (tree.isDirectory(at) ? hierarchy.parent(at) : tree.parent(at));
    if (entry === ROOT || !isHeld(hierarchy, parentOf(entry), entry)) return [];
    const name = shown(entry, tree.name(entry));
    // Rock Ridge shows what was moved at its place.
    const up = fileSystem === 'rock-ridge' ? (at: number) => tree.parent(at) : parentOf;
    let path = `/${name}`;
    for (let at = up(entry); at !== ROOT; at = up(at)) path = `/${shown(at, tree.name(at))}${path}`;
    return [{ fileSystem, name, path }];
  });
};

/** Link targets that UDF cannot say as they are. */
function* changedTargets({ tree, udf }: Volume): Generator<NameChange> {
  if (!udf?.options.symbolicLinks) return;
  for (const directory of udf.udf.directories)
    for (const child of udf.udf.children(directory)) {
      const target = tree.kind(child) === 'link' ? changedPath(tree.target(child)) : undefined;
      if (target === undefined) continue;
      yield { path: tree.path(child), fileSystem: 'udf', recordedAs: `${tree.name(child)} -> ${target}` };
    }
}

/** Names of streams that UDF cannot hold; what they are attached to goes before them. */
function* changedStreams({ tree, udf }: Volume): Generator<NameChange> {
  if (!udf) return;
  for (const directory of udf.udf.directories)
    for (const entry of directory === ROOT
      ? [ROOT, ...udf.udf.children(ROOT)]
      : udf.udf.children(directory)) {
      const names = udf.udf.streamNames(entry);
      for (const [index, { name }] of udf.udf.streamsOf(entry).entries())
        if (names[index] !== name)
          yield {
            path: `${tree.path(entry)}:${name}`,
            fileSystem: 'udf',
            recordedAs: `${tree.name(entry)}:${names[index]}`,
          };
    }
}

/**
 * Every name that some file system of the volume changes: the volume's first, then one file system after the other; at last paths that are too long.
 * `told`: the file systems whose names of entries are asked for.
 */
export function* nameChanges(
  volume: Volume,
  told: (fileSystem: FileSystem) => boolean = () => true,
): Generator<NameChange> {
  const { tree, iso } = volume;
  yield* volumeNameChanges(volume);
  yield* textChanges(volume);
  for (const { hierarchy, fileSystem, shown } of recordedNames(volume).filter((one) => told(one.fileSystem)))
    for (const directory of hierarchy.directories)
      for (const child of hierarchy.children.get(directory) ?? []) {
        if (child < 0 || child === iso?.relocationHome) continue;
        const name = tree.name(child);
        const recordedAs = shown(child, name);
        if (recordedAs !== name) yield { path: tree.path(child), fileSystem, recordedAs };
      }
  yield* changedTargets(volume);
  yield* changedStreams(volume);
  yield* longPaths(volume);
}

/** Paths that are longer than a file system allows, which readers of it do not mind, or cut. */
function* longPaths(volume: Volume): Generator<NameChange> {
  const shownBy = new Map(recordedNames(volume).map(({ fileSystem, shown }) => [fileSystem, shown]));
  for (const { entry, fileSystem, bytes } of pathsTooLong(volume)) {
    const name = volume.tree.name(entry);
    const recordedAs = shownBy.get(fileSystem)?.(entry, name) ?? name;
    yield { path: volume.tree.path(entry), fileSystem, recordedAs, pathBytes: bytes };
  }
}

type FileSystems = Pick<TreeRequest, 'joliet' | 'rockRidge' | 'udf'>;

const isAlone = ({ joliet, udf }: FileSystems): boolean => joliet === false && udf === false;

/** Whether anybody sees the names of entries in a file system, where others of the volume have them too. */
export const hasReaders = (request: FileSystems, fileSystem: FileSystem): boolean =>
  fileSystem !== 'iso9660' || (isAlone(request) && !request.rockRidge);

/**
 * Whether somebody who reads the disc should be told, and strict names refuse unless they are to refuse all: changed names of Joliet, of Rock Ridge and of UDF, each of which has readers of its own.
 * Plain ISO 9660 changes nearly every name and is read as such only where there is neither, nor UDF; a volume's name also where there is no Joliet.
 */
export const isWorthWarning = (request: FileSystems, { fileSystem, path }: NameChange): boolean =>
  hasReaders(request, fileSystem) || (path === VOLUME && isAlone(request));
