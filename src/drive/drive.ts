import { type Medium } from './medium.js';

/** INQUIRY and the Serial Number feature: which drive this is. */
export interface DriveIdentity {
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
  /** Drive Serial Number feature (0108h); not unique with every maker. */
  readonly serial: string | undefined;
}

/** What the drive could do with some medium or other; what it can do with the present one is in its current features. */
export interface DriveCapabilities {
  /** Profiles of the Profile List feature (0000h). */
  readonly profiles: readonly number[];
  /** Codes of the features that are current with the present medium. */
  readonly currentFeatures: readonly number[];
  /** Test write with the present medium: CD TAO (002Dh), CD Mastering (002Eh), DVD-R (002Fh). */
  readonly testWrite: boolean;
  /** Buffer Underrun Free with the present medium. */
  readonly bufferUnderrunFree: boolean;
  /** Of the drive's buffer; 0 when unknown. */
  readonly bufferBytes: number;
  /** Loads by START STOP UNIT, i.e. has a motor tray. */
  readonly canLoad: boolean;
}

/** The state of the tray, and whether a medium answers: the second of the two fields of a drive's state. */
export type DriveContents = 'open' | 'empty' | 'loading' | 'ready';

/** Everything that was read from a drive at one moment; planning needs nothing else. */
export interface DriveReport {
  readonly identity: DriveIdentity;
  readonly capabilities: DriveCapabilities;
  readonly contents: DriveContents;
  /** Present when contents is `ready`. */
  readonly medium: Medium | undefined;
}
