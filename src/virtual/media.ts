/**
 * What can be put into a virtual drive: kinds of media with the numbers by which their recording differs, and blanks
 * of each kind as shops sell them. A new medium is a row in each table of its family; behaviour goes by `recording`.
 */
import { BD_KINDS, BD_MEDIA, CLUSTER_BLOCKS } from './media/bd.js';
import { CD_KINDS, CD_MEDIA } from './media/cd.js';
import { DISK_KINDS, DISK_MEDIA } from './media/disk.js';
import { DVD_MINUS_KINDS, DVD_MINUS_MEDIA } from './media/dvd-minus.js';
import { DVD_PLUS_KINDS, DVD_PLUS_MEDIA } from './media/dvd-plus.js';
import { DVD_RAM_KINDS, DVD_RAM_MEDIA } from './media/dvd-ram.js';
import type { FormatSpec, KindSpec, MediumSpec } from './media/specification.js';

const ALL_KINDS = {
  ...DISK_KINDS,
  ...CD_KINDS,
  ...DVD_MINUS_KINDS,
  ...DVD_RAM_KINDS,
  ...DVD_PLUS_KINDS,
  ...BD_KINDS,
} as const;
export type VirtualKind = keyof typeof ALL_KINDS;
export const VIRTUAL_KINDS = Object.keys(ALL_KINDS) as [VirtualKind, ...VirtualKind[]];

export const KINDS: Readonly<Record<VirtualKind, KindSpec>> = ALL_KINDS;

export const MEDIA = {
  ...CD_MEDIA,
  ...DVD_MINUS_MEDIA,
  ...DVD_PLUS_MEDIA,
  ...DVD_RAM_MEDIA,
  ...BD_MEDIA,
  ...DISK_MEDIA,
} as const satisfies Record<string, MediumSpec<VirtualKind>>;

/** Name of a row of MEDIA, as clients ask for a blank. */
export type BlankName = keyof typeof MEDIA;
export const BLANK_NAMES = Object.keys(MEDIA) as [BlankName, ...BlankName[]];

/** Bytes of user data in one block of a medium. */
export const blockBytesOf = (blank: BlankName): number => {
  const spec: MediumSpec = MEDIA[blank];
  return spec.blockBytes ?? 2048;
};

const SPARE_TYPES = [0x00, 0x30, 0x32];
const MIN_SPARE_CLUSTERS = 64;

/** Formats of a medium whose capacity was shortened: spares shrink with it. Only a virtual medium can be shortened. */
export const formatsOf = (blank: BlankName, capacity: number): readonly FormatSpec[] => {
  const { formats = [], capacity: declared }: MediumSpec = MEDIA[blank];
  if (capacity === declared) return formats;
  const scale = capacity / declared;
  return KINDS[MEDIA[blank].kind].family === 'bd'
    ? formats.map((format) => shortened(format, capacity, scale))
    : formats.map((format) => ({ ...format, blocks: Math.floor(format.blocks * scale) }));
};

const shortened = (format: FormatSpec, capacity: number, scale: number): FormatSpec => {
  if (!SPARE_TYPES.includes(format.type)) return { ...format, blocks: capacity };
  const clusters = Math.max(MIN_SPARE_CLUSTERS, Math.round(format.typeDependent * scale));
  return { ...format, blocks: capacity - clusters * CLUSTER_BLOCKS, typeDependent: clusters };
};

/** kB/s of 1,000 bytes that a kind of medium can be recorded with, fastest first. */
export const speedsOf = ({ speeds, singleSpeedKBps }: KindSpec): number[] =>
  speeds.map((speed) => Math.floor(speed * singleSpeedKBps));
