import type { BlankName } from '../../src/virtual/media.js';
import type { ModelName } from '../../src/virtual/models.js';

/** A kind of medium with a way of recording it, and how cells begin with it. */
interface MediumRow {
  readonly blank: BlankName;
  /** Blocks, where all of them are looked at or written. */
  readonly capacity?: number;
  /** The drive that records it, where that is not the one which records most. */
  readonly model?: ModelName;
  /** What the burn is asked for beside `verify`; what is not blank is erased unless this says otherwise. */
  readonly burn?: object;
  /**
   * Done to it beforehand: an image recorded on it, so that it has to be erased; a session left open behind itself; a
   * volume; or a job of another type.
   */
  readonly before?: 'record' | 'session' | 'volume' | { readonly type: 'format'; readonly format: object };
  /** What was done beforehand is gone on with, and stays. */
  readonly goesOn?: 'behind sessions' | 'by growing';
  readonly rewritable?: true;
  /** Every row of faults is tried with it; with others those that depend on the medium. */
  readonly everyRow?: true;
  /** Of `burn`, what cannot be asked for a second time. */
  readonly again?: object;
}

const APPENDED = {
  before: 'session',
  burn: { onNonBlank: 'append', close: 'session' },
  goesOn: 'behind sessions',
} as const;

export const MEDIA = {
  'cd-r': { blank: 'cd-r', everyRow: true },
  'cd-r sao': { blank: 'cd-r', burn: { writeMode: 'sao' } },
  'cd-r appended': { blank: 'cd-r', ...APPENDED },
  'cd-rw': { blank: 'cd-rw', before: 'record', rewritable: true, everyRow: true },
  'cd-rw appended': { blank: 'cd-rw', ...APPENDED, rewritable: true },
  'dvd-r': { blank: 'dvd-r', burn: { writeMode: 'incremental' } },
  'dvd-r at once': { blank: 'dvd-r', burn: { writeMode: 'dao' } },
  'dvd-r appended': { blank: 'dvd-r', ...APPENDED },
  'dvd-r-dl': { blank: 'dvd-r-dl' },
  'dvd-r-dl in jumps': { blank: 'dvd-r-dl', burn: { writeMode: 'layer-jump' } },
  'dvd-rw': { blank: 'dvd-rw', before: 'record', rewritable: true },
  'dvd-rw in overwrite': {
    blank: 'dvd-rw',
    before: { type: 'format', format: {} },
    rewritable: true,
  },
  'dvd+r': { blank: 'dvd+r', everyRow: true },
  'dvd+r appended': { blank: 'dvd+r', ...APPENDED },
  'dvd+r-dl': { blank: 'dvd+r-dl' },
  'dvd+rw': { blank: 'dvd+rw', capacity: 20_000, rewritable: true, everyRow: true },
  'dvd+rw grown': {
    blank: 'dvd+rw',
    capacity: 20_000,
    before: 'volume',
    burn: { onNonBlank: 'append' },
    goesOn: 'by growing',
    rewritable: true,
  },
  'dvd+rw-dl': { blank: 'dvd+rw-dl', capacity: 20_000, rewritable: true },
  'dvd-ram': { blank: 'dvd-ram', capacity: 20_000, rewritable: true },
  'dvd-ram with verification': {
    blank: 'dvd-ram',
    capacity: 20_000,
    burn: { onWrite: 'verify' },
    rewritable: true,
  },
  'bd-r': { blank: 'bd-r' },
  'bd-r with spares': { blank: 'bd-r', burn: { spares: 'default' }, again: { spares: 'auto' } },
  'bd-r appended': { blank: 'bd-r', ...APPENDED },
  'bd-r-dl': { blank: 'bd-r-dl' },
  'bd-r-xl': { blank: 'bd-r-xl-100', model: 'bdxl-writer' },
  'bd-re': { blank: 'bd-re', capacity: 32_768, rewritable: true, everyRow: true },
  'bd-re-dl': { blank: 'bd-re-dl', capacity: 32_768, rewritable: true },
  'removable-disk': { blank: 'removable-disk', capacity: 20_000, model: 'disk-drive', rewritable: true },
} as const satisfies Record<string, MediumRow>;

export type MediumName = keyof typeof MEDIA;
export const MEDIUM_NAMES = Object.keys(MEDIA) as MediumName[];

export const rowOf = (medium: MediumName): MediumRow => MEDIA[medium];

/** On another drive it is recorded all the while. */
export const WITNESSED: MediumName = 'dvd+rw';
