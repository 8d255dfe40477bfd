import type { Medium, WriteSpeed } from '../../drive/medium.js';
import type { Continued } from '../../image/image.js';
import type { MediumExpectation } from '../medium-expectation.js';
import type { Quirk } from '../../drive/quirk.js';
import type { BurnOptions } from '../options.js';
import type { BurnPlan, PlanWarning, PlannedPlacement } from '../plan.js';
import type { Step } from '../step.js';
import type { Certification, EraseMethod } from '../use.js';
import type { DrivePage } from './drive-page.js';

/** All that a recipe looks at. */
export interface Burn extends DrivePage {
  readonly medium: Medium;
  readonly options: BurnOptions;
  readonly placement: PlannedPlacement;
  /** Undefined: the drive chooses. */
  readonly speedKBps: number | undefined;
  /** To be asked for with the speed; undefined: the drive chooses. */
  readonly rotation: WriteSpeed['rotation'] | undefined;
  /** Where these are not what was asked for. */
  readonly speedWarnings: readonly PlanWarning[];
  /** The medium holds a recording that is to go. */
  readonly erase: boolean;
  readonly bufferUnderrunFree: boolean;
  /** What is closed at the end, which is not always what was asked for. */
  readonly closes: BurnPlan['closes'];
  readonly quirks: readonly Quirk[];
  /** The session that the image shows, too. */
  readonly continues?: Continued | undefined;
}

/** Something that is done to a medium without recording anything on it, and what must be found afterwards. */
export interface Treatment {
  readonly steps: readonly Step[];
  readonly expects: MediumExpectation;
  /** An estimate. */
  readonly ms: number;
  readonly warnings?: readonly PlanWarning[];
}

/** A format that media of the family can be given, where the drive lists it (READ FORMAT CAPACITIES). */
export interface FormatRow {
  /** Format type of FORMAT UNIT. */
  readonly type: number;
  readonly title: string;
  /** `any`: the sizes that are listed differ in their spare area. `default`: the drive decides. */
  readonly spareArea: 'any' | 'default' | 'none';
  /** Format sub-type by certification, the usual one first; what is not there cannot be had. */
  readonly certifications: Readonly<Partial<Record<Certification, number>>>;
  /** The drive can be told not to certify (DCRT of the parameter list), beside what sub-types say. */
  readonly canSkip?: true;
  /** Asked for instead of the size that is listed. */
  readonly blocks?: number;
  /** What is on the medium stays. Such a format is never taken unless it is asked for. */
  readonly keeps?: true;
  /** Any size between the least and the most that are listed can be asked for, in steps of so many blocks, of which spare clusters have as many. */
  readonly sizesBetween?: number;
  /** Every block is written. */
  readonly writesAll?: true;
  /** The drive goes on with it in the background, and a medium keeps it once it is complete. */
  readonly inBackground?: true;
  /** No rule has the drive erase the blocks: what they held may be read again. */
  readonly leavesBlocks?: true;
  readonly warnings?: readonly PlanWarning[];
  /** Instead of the size that is listed, e.g. for the largest. */
  readonly orBlocks?: number;
  /** Instead of the type dependent parameter that is listed. */
  readonly typeDependent?: number;
  /** What follows once the drive has begun or done it. */
  readonly after?: readonly Step[];
  /** The size that was asked for is found again as the medium's capacity. */
  readonly sizeShows: boolean;
}

/** How media of one family are recorded: a chapter of the cookbook. */
export interface Recipe {
  readonly name: BurnPlan['recipe'];
  /** The drive can record on the present medium when one of these features is current. */
  readonly features: readonly number[];
  /** Those by which the drive can record on it in some way or other, where there are several ways. */
  readonly anyFeatures?: readonly number[];
  /** Whole ECC blocks, 64 KiB on DVD and BD: libburn gains a fifth over USB 2 by that, and saw 128 KiB fail. */
  readonly blocksPerCommand: number;
  /** What is recorded begins at and is a multiple of so many blocks: 1 on CD, an ECC block elsewhere. */
  readonly unit: number;
  /** A WRITE has a multiple of so many blocks, where a drive gathers what belongs together; else it is `unit`. */
  readonly commandUnit?: number;
  /** No block that was never written can be left out: what is new begins where the recording ends, at the latest. */
  readonly growsWithoutGaps?: true;
  /** Sessions can be closed one by one; media without have nothing to close. */
  readonly hasSessions: boolean;
  readonly canSimulate: boolean;
  /** Of the option, where the medium knows several. */
  readonly writeMode?: Exclude<BurnOptions['writeMode'], 'auto'>;
  /** Nothing can follow: what is recorded is closed, whatever was asked for. */
  readonly onlySession?: true;
  /** The drive may take more blocks than the medium announces. */
  readonly canOverburn?: boolean;
  /** What the option `onWrite` may ask for beside `drive`. */
  readonly onWrite?: readonly BurnOptions['onWrite'][];
  /** Finalizing knows two radii. */
  readonly hasFinalizeRadius?: true;
  /** Layer 0 ends where the host wants it. */
  readonly hasLayerBreak?: true;
  /** Blocks of zeros that follow an image of so many blocks when there is room. */
  padding(blocks: number): number;
  /** Nothing can be recorded without these blocks of zeros. */
  needed(blocks: number): number;
  /** Blocks between the end of a closed session and the next one; undefined where the medium keeps no sessions. */
  overhead?(session: number): number;
  /** Blocks of the medium, where it is formatted first and its spares take some of them. */
  roomOnceFormatted?(medium: Medium, options: BurnOptions): number | undefined;
  steps(burn: Burn): readonly Step[];
  /** What brings the medium into a known state when a step that alters it has failed. */
  recovery(burn: Burn): readonly Step[];
  /** Time besides that for the image's blocks, in ms: lead-in, lead-out, formatting. An estimate. */
  overheadMs(burn: Burn): number;
  /** How a recording is removed; absent: it cannot be. Undefined: not in this way. */
  erase?(medium: Medium, method: EraseMethod): Treatment | undefined;
  /** Best first: the first that the drive lists and that suits is taken. Absent: there is nothing to format. */
  readonly formats?: readonly FormatRow[];
  /** Only a medium on which nothing was done yet is formatted: no format takes back what a write-once one has. */
  readonly formatsOnce?: true;
  /** How what is open is closed without writing. Undefined: this cannot be done. Absent: there is nothing to close. */
  close?(medium: Medium, what: 'disc' | 'session', drive: DrivePage): Treatment | undefined;
  /** The way forward after something was interrupted. Undefined: nothing was, or nothing helps. */
  recover?(medium: Medium, drive: DrivePage): Treatment | undefined;
}
