import type { Medium } from '../../drive/medium.js';
import type { BurnOptions } from '../options.js';
import type { Placement, Plan } from '../plan.js';
import type { Step } from '../step.js';

/** All that a recipe looks at. */
export interface Burn {
  readonly medium: Medium;
  readonly options: BurnOptions;
  readonly placement: Placement;
  /** Undefined: the drive chooses. */
  readonly speedKBps: number | undefined;
  /** The medium holds a recording that is to go. */
  readonly erase: boolean;
  readonly bufferUnderrunFree: boolean;
}

/** How media of one family are recorded: a chapter of the cookbook. */
export interface Recipe {
  readonly name: Plan['recipe'];
  /** The drive can record on the present medium when one of these features is current. */
  readonly features: readonly number[];
  /** Whole ECC blocks, 64 KiB on DVD and BD: libburn gains a fifth over USB 2 by that, and saw 128 KiB fail. */
  readonly blocksPerCommand: number;
  /** Sessions can be closed one by one; media without have nothing to close. */
  readonly hasSessions: boolean;
  readonly canSimulate: boolean;
  /** Blocks of zeros that follow an image of so many blocks when there is room. */
  padding(blocks: number): number;
  /** Nothing can be recorded without these blocks of zeros. */
  needed(blocks: number): number;
  steps(burn: Burn): readonly Step[];
  /** What brings the medium into a known state when a step that alters it has failed. */
  recovery(burn: Burn): readonly Step[];
  /** Time besides that for the image's blocks, in ms: lead-in, lead-out, formatting. An estimate. */
  overheadMs(burn: Burn): number;
}
