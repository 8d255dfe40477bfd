import type { BlankName } from '../../src/virtual/media.js';

/** A kind of medium with a way of recording it, and how cells begin with it. */
interface MediumRow {
  readonly blank: BlankName;
  /** Blocks, where all of them are looked at or written. */
  readonly capacity?: number;
  /** What the burn is asked for beside `onNonBlank` and `verify`. */
  readonly burn?: object;
  /** Done to it beforehand: an image recorded on it, so that it has to be erased, or a job of another type. */
  readonly before?: 'record' | { readonly type: 'format'; readonly format: object };
  readonly rewritable?: true;
  /** Every row of faults is tried with it; with others those that depend on the medium. */
  readonly everyRow?: true;
  /** Of `burn`, what cannot be asked for a second time. */
  readonly again?: object;
}

export const MEDIA = {
  'cd-r': { blank: 'cd-r', everyRow: true },
  'cd-r sao': { blank: 'cd-r', burn: { writeMode: 'sao' } },
  'cd-rw': { blank: 'cd-rw', before: 'record', rewritable: true, everyRow: true },
  'dvd-r': { blank: 'dvd-r', burn: { writeMode: 'incremental' } },
  'dvd-r at once': { blank: 'dvd-r', burn: { writeMode: 'dao' } },
  'dvd-r-dl': { blank: 'dvd-r-dl' },
  'dvd-rw': { blank: 'dvd-rw', before: 'record', rewritable: true },
  'dvd-rw in overwrite': {
    blank: 'dvd-rw',
    before: { type: 'format', format: {} },
    rewritable: true,
  },
  'dvd+r': { blank: 'dvd+r', everyRow: true },
  'dvd+r-dl': { blank: 'dvd+r-dl' },
  'dvd+rw': { blank: 'dvd+rw', capacity: 20_000, rewritable: true, everyRow: true },
  'dvd-ram': { blank: 'dvd-ram', capacity: 20_000, rewritable: true },
  'dvd-ram with verification': {
    blank: 'dvd-ram',
    capacity: 20_000,
    burn: { onWrite: 'verify' },
    rewritable: true,
  },
  'bd-r': { blank: 'bd-r' },
  'bd-r with spares': { blank: 'bd-r', burn: { spares: 'default' }, again: { spares: 'auto' } },
  'bd-re': { blank: 'bd-re', capacity: 32_768, rewritable: true, everyRow: true },
} as const satisfies Record<string, MediumRow>;

export type MediumName = keyof typeof MEDIA;
export const MEDIUM_NAMES = Object.keys(MEDIA) as MediumName[];

export const rowOf = (medium: MediumName): MediumRow => MEDIA[medium];
