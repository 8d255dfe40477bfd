import { SpindleError } from '../errors.js';
import { IFO_IDENTIFIER, titleSet, titlesOf, VIDEO_SECTOR, videoManager } from '../video/ifo.js';
import type { LeadingContents } from './contents.js';
import { findVideoSets, type VideoSet } from './dvd-video-files.js';
import { type DescribedSet, type PlacedSet, phaseOf, placeSets } from './dvd-video-layout.js';
import { ROOT, type Tree } from './tree.js';
import { findEntry } from './tree-paths.js';
import { VideoProblems } from './video-problems.js';

/** Information files are some hundred kilobytes; larger ones are something else. They are read whole. */
const LONGEST_IFO = 16 * 1024 * 1024;

const ECC_BLOCKS = 16;
const CODE = 'dvd-video-invalid';

interface Ifo {
  readonly set: VideoSet;
  readonly bytes: Uint8Array;
  readonly head: ReturnType<typeof titleSet.decode>;
}

/** Reads and checks one information file and its backup. */
class IfoReader {
  readonly #tree: Tree;
  readonly #read: (entry: number) => Uint8Array;
  readonly #problems: VideoProblems;

  constructor(tree: Tree, read: (entry: number) => Uint8Array, problems: VideoProblems) {
    this.#tree = tree;
    this.#read = read;
    this.#problems = problems;
  }

  #add(entry: number, message: string): void {
    this.#problems.add(this.#tree.path(entry), message);
  }

  sectors(entry: number): number {
    return this.#tree.contentBytes(entry) / VIDEO_SECTOR;
  }

  read(set: VideoSet): Ifo | undefined {
    if (this.#tree.contentBytes(set.ifo) > LONGEST_IFO) {
      this.#add(set.ifo, 'is larger than any information file');
      return undefined;
    }
    const bytes = this.#read(set.ifo);
    const head = titleSet.decode(bytes);
    const identifier = set.number === 0 ? IFO_IDENTIFIER.manager : IFO_IDENTIFIER.titleSet;
    if (head.identifier !== identifier) {
      this.#add(set.ifo, `does not begin with ${identifier}`);
      return undefined;
    }
    this.#check(set, bytes, head);
    return { set, bytes, head };
  }

  #check(set: VideoSet, bytes: Uint8Array, head: Ifo['head']): void {
    if ((head.lastIfoSector + 1) * VIDEO_SECTOR !== bytes.length)
      this.#add(
        set.ifo,
        `says that it has ${head.lastIfoSector + 1} sectors, and has ${bytes.length / VIDEO_SECTOR}`,
      );
    if (Buffer.compare(this.#read(set.bup), bytes) !== 0)
      this.#add(set.bup, `is no copy of ${this.#tree.path(set.ifo)}`);
    if (head.menu === 0 && set.menu !== undefined)
      this.#add(set.menu, 'is a menu that its information file does not know');
    if (head.menu !== 0 && set.menu === undefined)
      this.#add(set.ifo, 'has a menu, whose VOB file is missing');
  }
}

/** Where sets begin, by number, as titles have it. */
const startsOf = (
  manager: Ifo,
  path: string,
  { sets, problems }: { readonly sets: number; readonly problems: VideoProblems },
): Map<number, number> => {
  const starts = new Map<number, number>();
  const { titleSets, titleTable } = videoManager.decode(manager.bytes);
  if (titleSets !== sets) problems.add(path, `lists ${titleSets} title sets, and there are ${sets}`);
  const titles = titlesOf(manager.bytes, titleTable);
  if (!titles) problems.add(path, 'has its table of titles outside of itself');
  for (const { titleSet: number, start } of titles ?? []) {
    if (number < 1 || number > sets) problems.add(path, `has a title in set ${number}, which is not there`);
    else if ((starts.get(number) ?? start) !== start) problems.add(path, `has two places for set ${number}`);
    starts.set(number, start);
  }
  return starts;
};

const describe = (
  { set, head }: Ifo,
  reader: IfoReader,
  place: Pick<DescribedSet, 'path' | 'start'>,
): DescribedSet => ({
  ...place,
  lastSector: head.lastSector,
  ifoSectors: head.lastIfoSector + 1,
  menu: { at: head.menu, sectors: set.menu === undefined ? 0 : reader.sectors(set.menu) },
  titles: {
    at: set.number === 0 ? 0 : head.titles,
    sectors: set.titles.map((entry) => reader.sectors(entry)),
  },
});

/** Files and places of a set in their order. */
const filesOf = ({ set }: Ifo, placed: PlacedSet | undefined): [entry: number, offset: number][] => [
  [set.ifo, placed?.ifo ?? 0],
  ...(set.menu === undefined ? [] : [[set.menu, placed?.menu ?? 0] as [number, number]]),
  ...set.titles.map((entry, index): [number, number] => [entry, placed?.titles[index] ?? 0]),
  [set.bup, placed?.bup ?? 0],
];

const videoDirectory = (tree: Tree): number => {
  const directory = findEntry(tree, '/VIDEO_TS');
  if (directory !== undefined && tree.isDirectory(directory)) return directory;
  throw new SpindleError(CODE, 'There is no directory /VIDEO_TS on the disc.', {
    errors: [{ pointer: '/VIDEO_TS', message: 'is missing' }],
  });
};

/**
 * The order and the distances in which the files of a DVD-Video have to lie. Adds the directory AUDIO_TS, which some players look for.
 * Throws `dvd-video-invalid` with everything that is missing or inconsistent.
 */
export const dvdVideoLayout = (tree: Tree, read: (entry: number) => Uint8Array): LeadingContents => {
  const directory = videoDirectory(tree);
  if (findEntry(tree, '/AUDIO_TS') === undefined) tree.adopt(tree.addDirectory(ROOT, 'AUDIO_TS'));
  const problems = new VideoProblems();
  const sets = findVideoSets(tree, directory, problems);
  problems.refuse(CODE);

  const reader = new IfoReader(tree, read, problems);
  const ifos = sets.map((set) => reader.read(set)).filter((ifo) => ifo !== undefined);
  problems.refuse(CODE);

  const [manager] = ifos;
  if (!manager) throw new TypeError('a folder without problems has VIDEO_TS.IFO');
  const starts = startsOf(manager, tree.path(manager.set.ifo), { sets: sets.length - 1, problems });
  const described = ifos.map((ifo) =>
    describe(ifo, reader, { path: tree.path(ifo.set.ifo), start: starts.get(ifo.set.number) }),
  );
  const placed = placeSets(described, problems);
  const phase = phaseOf(described, placed);
  if (phase === undefined)
    problems.add(
      tree.path(directory),
      'has information files and backups that share an ECC block wherever it lies',
    );
  problems.refuse(CODE);

  const files = ifos.flatMap((ifo, index) => filesOf(ifo, placed[index]));
  return {
    entries: files.map(([entry]) => entry),
    offsets: files.map(([, offset]) => offset),
    blocks: placed.at(-1)?.end ?? 0,
    phase: phase ?? 0,
    align: ECC_BLOCKS,
  };
};
