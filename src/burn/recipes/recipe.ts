import type { Medium } from '../../drive/medium.js';
import type { BurnOptions } from '../options.js';
import type { Plan, PlannedPlacement } from '../plan.js';
import type { Step } from '../step.js';

/** All that a recipe looks at. */
export interface Burn {
  readonly medium: Medium;
  readonly options: BurnOptions;
  readonly placement: PlannedPlacement;
  /** Undefined: the drive chooses. */
  readonly speedKBps: number | undefined;
  /** The medium holds a recording that is to go. */
  readonly erase: boolean;
  readonly bufferUnderrunFree: boolean;
  /** What is closed at the end, which is not always what was asked for. */
  readonly closes: Plan['closes'];
}

/** How media of one family are recorded: a chapter of the cookbook. */
export interface Recipe {
  readonly name: Plan['recipe'];
  /** The drive can record on the present medium when one of these features is current. */
  readonly features: readonly number[];
  /** Whole ECC blocks, 64 KiB on DVD and BD: libburn gains a fifth over USB 2 by that, and saw 128 KiB fail. */
  readonly blocksPerCommand: number;
  /** What is recorded begins at and is a multiple of so many blocks: 1 on CD, an ECC block elsewhere. */
  readonly unit: number;
  /** Sessions can be closed one by one; media without have nothing to close. */
  readonly hasSessions: boolean;
  readonly canSimulate: boolean;
  /** Of the option, where the medium knows several. */
  readonly writeMode?: Exclude<BurnOptions['writeMode'], 'auto'>;
  /** The drive may take more blocks than the medium announces. */
  readonly canOverburn?: boolean;
  /** Blocks of zeros that follow an image of so many blocks when there is room. */
  padding(blocks: number): number;
  /** Nothing can be recorded without these blocks of zeros. */
  needed(blocks: number): number;
  /** Blocks between the end of a closed session and the next one; undefined where the medium keeps no sessions. */
  overhead?(session: number): number;
  steps(burn: Burn): readonly Step[];
  /** What brings the medium into a known state when a step that alters it has failed. */
  recovery(burn: Burn): readonly Step[];
  /** Time besides that for the image's blocks, in ms: lead-in, lead-out, formatting. An estimate. */
  overheadMs(burn: Burn): number;
}
