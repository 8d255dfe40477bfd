/**
 * What lies in a drive, as one immutable value decoded from GET CONFIGURATION, READ DISC INFORMATION, READ TRACK
 * INFORMATION, TOC, format capacities and disc structures. Addresses and lengths are blocks of 2,048 bytes of user
 * data (sectors on CD).
 */

/** Kinds of media by profile family; the words of the API. */
export const MEDIUM_KINDS = [
  'cd-rom',
  'cd-r',
  'cd-rw',
  'dvd-rom',
  'dvd-r',
  'dvd-r-dl',
  'dvd-rw',
  'dvd-ram',
  'dvd+r',
  'dvd+r-dl',
  'dvd+rw',
  'dvd+rw-dl',
  'bd-rom',
  'bd-r',
  'bd-re',
  'removable-disk',
  'unknown',
] as const;
export type MediumKind = (typeof MEDIUM_KINDS)[number];

/** Disc status of READ DISC INFORMATION (MMC-5 §6.22): 00b, 01b, 10b, 11b. */
export type DiscStatus = 'empty' | 'appendable' | 'complete' | 'other';

/** Status of the last session of READ DISC INFORMATION. */
export type SessionStatus = 'empty' | 'incomplete' | 'damaged' | 'complete';

/** Background format status of READ DISC INFORMATION; DVD+RW and MRW only. */
export type BackgroundFormat = 'none' | 'started' | 'running' | 'complete';

export interface Track {
  readonly number: number;
  readonly session: number;
  readonly start: number;
  /** As READ TRACK INFORMATION says: of an open track, up to where it could grow. */
  readonly length: number;
  readonly nextWritable: number | undefined;
  readonly lastRecorded: number | undefined;
  readonly free: number;
  readonly blank: boolean;
  readonly reserved: boolean;
  readonly damaged: boolean;
  readonly data: boolean;
}

/** A row of READ FORMAT CAPACITIES. */
export interface FormatCapacity {
  /** Format type of FORMAT UNIT, e.g. 26h for DVD+RW. */
  readonly type: number;
  readonly blocks: number;
  readonly typeDependent: number;
}

export interface WriteSpeed {
  readonly kBps: number;
  readonly rotation: 'clv' | 'cav';
}

/** ATIP, ADIP, pre-recorded information or DI: who made the medium. Absent on pressed and some old media. */
export interface MediumIdentity {
  readonly manufacturer: string;
  readonly type: string;
}

export interface Medium {
  readonly kind: MediumKind;
  /** Current profile, MMC-5 table "Profile List", e.g. 001Bh. */
  readonly profile: number;
  readonly status: DiscStatus;
  readonly lastSession: SessionStatus;
  readonly backgroundFormat: BackgroundFormat;
  /** The drive can bring the medium back to blank or overwrite it. */
  readonly erasable: boolean;
  /** Blocks can be overwritten in place: DVD+RW, DVD-RAM, BD-RE and disks. */
  readonly overwritable: boolean;
  /** Overwritable media: a format is on it. Sequential media: always true. */
  readonly formatted: boolean;
  readonly writeProtected: boolean;
  /** All blocks that the medium can hold when blank or freshly formatted. */
  readonly capacity: number;
  /** Blocks that can still be written without erasing. */
  readonly free: number;
  /** READ CAPACITY: one more than the last block that can be read; 0 on blank media. */
  readonly readable: number;
  readonly nextWritable: number | undefined;
  readonly sessions: number;
  readonly tracks: readonly Track[];
  readonly formats: readonly FormatCapacity[];
  /** Fastest first. */
  readonly writeSpeeds: readonly WriteSpeed[];
  readonly identity: MediumIdentity | undefined;
  /**
   * Overwritable media keep no sessions; whether something was recorded is seen from the first blocks: they
   * hold a volume descriptor, or anything but zeros.
   */
  readonly contents: 'none' | 'unknown-data' | 'volume';
  /** Volume identifier of the last session's primary volume descriptor, where there is one. */
  readonly volumeIdentifier: string | undefined;
  /** Hex digest of all of the above: equal values for as long as the medium is neither changed nor altered. */
  readonly fingerprint: string;
}

/** No recording is on it, so that nothing is lost by writing. */
export const isBlank = (medium: Medium): boolean =>
  medium.overwritable ? medium.contents === 'none' : medium.status === 'empty';
