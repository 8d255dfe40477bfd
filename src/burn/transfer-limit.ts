import type { DriveCapabilities } from '../drive/drive.js';
import { USER_BLOCK } from '../drive/user-blocks.js';
import { carriedBlocks } from '../drive/transfer-blocks.js';
import type { Recipe } from './recipes/recipe.js';
import type { Refusal } from './refusal.js';
import type { Step } from './step.js';

type Way = Pick<Recipe, 'blocksPerCommand' | 'unit' | 'commandUnit'>;
type Host = Pick<DriveCapabilities, 'maxTransferBytes'>;

/** Blocks of one WRITE, as many as the medium takes and the host carries; 0 where that is too little for any. */
export const blocksPerWrite = (
  { blocksPerCommand, unit, commandUnit = unit }: Way,
  { maxTransferBytes }: Host,
): number => {
  const most = carriedBlocks(blocksPerCommand, maxTransferBytes);
  return most - (most % commandUnit);
};

/** The same steps, their blocks sent by commands that the host carries. */
export const carried = (steps: readonly Step[], recipe: Way, host: Host): Step[] => {
  const most = blocksPerWrite(recipe, host);
  return steps.map((step) =>
    step.transfer
      ? { ...step, transfer: { ...step.transfer, perCommand: Math.min(step.transfer.perCommand, most) } }
      : step,
  );
};

export const refuseTransfers = (kind: string, recipe: Way, host: Host): Refusal | undefined => {
  const { unit, commandUnit = unit } = recipe;
  return blocksPerWrite(recipe, host) > 0
    ? undefined
    : {
        code: 'transfer-limit-too-low',
        detail: `Blocks of a ${kind} medium are written by ${commandUnit * USER_BLOCK} bytes at once or more, and the host carries ${host.maxTransferBytes ?? 0} to this drive.`,
      };
};
