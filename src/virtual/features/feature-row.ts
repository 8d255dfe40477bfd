import { type VirtualKind, blockBytesOf } from '../media.js';
import type { VirtualDrive } from '../virtual-drive.js';

export type Question = (drive: VirtualDrive) => boolean;

/** One feature descriptor: whether the drive has it, whether it is current with the present medium, what it says. */
export interface FeatureRow {
  readonly code: number;
  readonly has: Question;
  readonly isCurrent: Question;
  readonly encode: (drive: VirtualDrive, current: boolean) => Uint8Array;
}

export const always: Question = () => true;
/** One that this drive knows. */
export const hasMedium: Question = ({ canRead }) => canRead;

export const reads =
  (...kinds: readonly VirtualKind[]): Question =>
  ({ model }) =>
    kinds.some((kind) => model.reads.includes(kind));
export const writes =
  (...kinds: readonly VirtualKind[]): Question =>
  ({ model }) =>
    kinds.some((kind) => model.writes.includes(kind));
/** One of these media is in, whatever the drive does with it. */
export const holds =
  (...kinds: readonly VirtualKind[]): Question =>
  ({ kindName }) =>
    kinds.some((kind) => kind === kindName);
/** One of these media is in and can be recorded here, and is not finalized. */
export const records =
  (...kinds: readonly VirtualKind[]): Question =>
  (drive) =>
    drive.canRecord && holds(...kinds)(drive) && !drive.tables.finalized;

/** Of one block. */
export const blockBytes = ({ medium }: VirtualDrive): number =>
  medium === undefined ? 2048 : blockBytesOf(medium.tables.blank);

/** Blocks that are recorded together. */
export const blocking = ({ kind }: VirtualDrive): number => kind?.eccBlocks ?? 1;
