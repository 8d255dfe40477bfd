import type { VideoProblems } from './video-problems.js';

/** Blocks of an ECC block of DVD. */
const ECC_BLOCKS = 16;

/** A set as its information file describes it; sectors are counted from its first one. */
export interface DescribedSet {
  /** Of its information file, on the disc. */
  readonly path: string;
  /** First sector, counted from VIDEO_TS.IFO; undefined where no title says it. */
  readonly start: number | undefined;
  readonly lastSector: number;
  readonly ifoSectors: number;
  /** First sector of the menus, 0 for none, and how many there are. */
  readonly menu: { readonly at: number; readonly sectors: number };
  /** First sector of the titles, and how many each of their files has. */
  readonly titles: { readonly at: number; readonly sectors: readonly number[] };
}

/** Where the files of a set lie, counted from VIDEO_TS.IFO. */
export interface PlacedSet {
  readonly ifo: number;
  readonly menu: number;
  readonly titles: readonly number[];
  readonly bup: number;
  /** First sector behind it. */
  readonly end: number;
}

const placeOne = (set: DescribedSet, start: number): PlacedSet => {
  let next = start + set.titles.at;
  const titles = set.titles.sectors.map((sectors) => {
    const at = next;
    next += sectors;
    return at;
  });
  const end = start + set.lastSector + 1;
  return { ifo: start, menu: start + set.menu.at, titles, bup: end - set.ifoSectors, end };
};

/** Parts of a set in the order in which they must lie, each with its first sector and its length. */
const partsOf = (set: DescribedSet): { what: string; at: number; sectors: number }[] => [
  { what: 'information', at: 0, sectors: set.ifoSectors },
  ...(set.menu.sectors > 0 ? [{ what: 'menus', ...set.menu }] : []),
  ...(set.titles.sectors.length > 0
    ? [
        {
          what: 'titles',
          at: set.titles.at,
          sectors: set.titles.sectors.reduce((sum, sectors) => sum + sectors, 0),
        },
      ]
    : []),
  { what: 'backup', at: set.lastSector + 1 - set.ifoSectors, sectors: set.ifoSectors },
];

/** What an information file says must leave room for the files that are there. */
const checkRoom = (set: DescribedSet, problems: VideoProblems): void => {
  let end = 0;
  for (const { what, at, sectors } of partsOf(set)) {
    if (at < end)
      problems.add(
        set.path,
        `has its ${what} at sector ${at}, where what comes before reaches up to sector ${end}`,
      );
    end = at + sectors;
  }
};

/**
 * Where everything of a DVD-Video lies, counted from VIDEO_TS.IFO: as its information files say, which are never edited. A set that no
 * title names follows the one before.
 */
export const placeSets = (sets: readonly DescribedSet[], problems: VideoProblems): PlacedSet[] => {
  let end = 0;
  return sets.map((set) => {
    checkRoom(set, problems);
    const start = set.start ?? end;
    if (start < end)
      problems.add(
        set.path,
        `is to begin at sector ${start}, where what comes before reaches up to sector ${end}`,
      );
    const placed = placeOne(set, start);
    ({ end } = placed);
    return placed;
  });
};

const eccBlock = (sector: number): number => Math.floor(sector / ECC_BLOCKS);

/**
 * How far behind the beginning of an ECC block VIDEO_TS.IFO has to lie, so that no ECC block has parts of an information file and of its
 * backup: one scratch would take both. Undefined where no place does.
 */
export const phaseOf = (sets: readonly DescribedSet[], placed: readonly PlacedSet[]): number | undefined => {
  const isGood = (phase: number): boolean =>
    placed.every(
      ({ ifo, bup }, index) =>
        eccBlock(phase + ifo + (sets[index]?.ifoSectors ?? 1) - 1) !== eccBlock(phase + bup),
    );
  return Array.from({ length: ECC_BLOCKS }, (_, phase) => phase).find(isGood);
};
