import type { MediumKind } from './medium.js';

/** MMC-5 table "Profile List"; 0017h and 0018h are of MMC-6. */
const KIND_OF_PROFILE: Readonly<Record<number, MediumKind>> = {
  0x0002: 'removable-disk',
  0x0008: 'cd-rom',
  0x0009: 'cd-r',
  0x000a: 'cd-rw',
  0x0010: 'dvd-rom',
  0x0011: 'dvd-r',
  0x0012: 'dvd-ram',
  0x0013: 'dvd-rw',
  0x0014: 'dvd-rw',
  0x0015: 'dvd-r-dl',
  0x0016: 'dvd-r-dl',
  0x0017: 'dvd-rw-dl',
  0x0018: 'dvd-download',
  0x001a: 'dvd+rw',
  0x001b: 'dvd+r',
  0x002a: 'dvd+rw-dl',
  0x002b: 'dvd+r-dl',
  0x0040: 'bd-rom',
  0x0041: 'bd-r',
  0x0042: 'bd-r',
  0x0043: 'bd-re',
  0x0050: 'hd-dvd-rom',
  0x0051: 'hd-dvd-r',
  0x0052: 'hd-dvd-ram',
  0x0053: 'hd-dvd-rw',
  0x0058: 'hd-dvd-r-dl',
  0x005a: 'hd-dvd-rw-dl',
};

export const kindOfProfile = (profile: number): MediumKind => KIND_OF_PROFILE[profile] ?? 'unknown';

const OVERWRITABLE: ReadonlySet<number> = new Set([0x0002, 0x0012, 0x0013, 0x001a, 0x002a, 0x0043]);

/** Blocks can be written in any order and again. DVD-RW is so only once it was formatted for it (0013h). */
export const isOverwritable = (profile: number): boolean => OVERWRITABLE.has(profile);

const PLUS_RW: ReadonlySet<MediumKind> = new Set(['dvd+rw', 'dvd+rw-dl']);

/** What the drive formats in the background, and whose format READ DISC INFORMATION tells. */
export const isPlusRw = (kind: MediumKind): boolean => PLUS_RW.has(kind);

const REWRITABLE: ReadonlySet<MediumKind> = new Set(['cd-rw', 'dvd-rw']);

/** By profile and not by the Erasable bit of READ DISC INFORMATION, which some drives set for any medium. */
export const isErasable = (profile: number): boolean =>
  isOverwritable(profile) || REWRITABLE.has(kindOfProfile(profile));

const READ_ONLY: ReadonlySet<MediumKind> = new Set(['cd-rom', 'dvd-rom', 'bd-rom', 'hd-dvd-rom']);

/** Pressed, or presented as if it were. */
export const isReadOnly = (kind: MediumKind): boolean => READ_ONLY.has(kind);

/** Recordable media that nothing here records, because no program is known to do so well, or nobody makes them. */
const UNSUPPORTED: ReadonlySet<MediumKind> = new Set([
  'dvd-rw-dl',
  'dvd-download',
  'hd-dvd-r',
  'hd-dvd-r-dl',
  'hd-dvd-rw',
  'hd-dvd-rw-dl',
  'hd-dvd-ram',
  'unknown',
]);

/** BD-R in random recording mode: no program is known to record it, and no drive to format it. */
export const isRandomBdR = ({ profile }: { readonly profile: number }): boolean => profile === 0x0042;

export const isUnsupported = (medium: { readonly kind: MediumKind; readonly profile: number }): boolean =>
  isReadOnly(medium.kind) || UNSUPPORTED.has(medium.kind) || isRandomBdR(medium);
