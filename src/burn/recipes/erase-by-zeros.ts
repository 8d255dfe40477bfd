import type { Medium } from '../../drive/medium.js';
import type { PlanWarning } from '../plan.js';
import { hiddenBlocks } from '../hidden-blocks.js';
import { readingMs } from '../reading-ms.js';
import type { Step } from '../step.js';
import type { EraseMethod } from '../use.js';
import { reformat } from './formatting.js';
import type { FormatRow, Treatment } from './recipe.js';
import { check, synchronize } from './shared-steps.js';
import { stepOf } from './step-of.js';
import { type Zeros, overwriteVolumes, writeZeros, writingMs } from './zeros.js';

/** That nothing but zeros can be read of it is the only proof that all of it was overwritten. */
const readZeros = ({ start, blocks }: Zeros): Step =>
  stepOf({
    do: 'read-zeros',
    phase: 'read',
    title: `Read ${blocks} blocks back from block ${start} on: each must be zeros`,
    zeros: { start, blocks },
  });

const quickly = (medium: Medium, perCommand: number): Treatment => {
  const { steps, ms } = overwriteVolumes(medium, perCommand);
  return { steps: [check, ...steps], expects: { kind: medium.kind, blank: true }, ms };
};

const TAIL_LEFT: PlanWarning = {
  code: 'tail-left',
  detail:
    'Whole blocks of 2,048 bytes are overwritten; what may lie behind the last one, less than that, stays.',
};

const wholly = (medium: Medium, perCommand: number): Treatment => {
  const { kind, capacity, readable, blockBytes = 2048 } = medium;
  const all = { start: 0, blocks: Math.max(capacity, readable) };
  return {
    steps: [check, writeZeros(all, perCommand), synchronize, readZeros(all)],
    expects: { kind, blank: true },
    ms: writingMs([all]) + readingMs(medium, all.blocks),
    ...(blockBytes < 2048 && { warnings: [TAIL_LEFT] }),
  };
};

/** Its format was cut short: nothing can be written, and of what it has not come to the drive says nothing. */
const isHalfFormatted = ({ formatted, lastSession }: Medium): boolean =>
  !formatted && lastSession === 'damaged';

/**
 * Media whose blocks can be overwritten have no command that erases them. Quickly: zeros where file systems begin, which
 * is also where is looked whether anything is on the medium. Fully and securely: zeros everywhere, and all of them read
 * back, securely only where no block is out of reach. A format that was cut short is begun anew. Undefined: not in this way, or nothing can be written before the medium
 * is formatted.
 */
export const eraseByZeros =
  (perCommand: number, formats: readonly FormatRow[] = []) =>
  (medium: Medium, method: EraseMethod): Treatment | undefined => {
    if (method === 'deformat' || method === 'session') return undefined;
    if (isHalfFormatted(medium)) return method === 'quick' ? reformat(formats, medium) : undefined;
    // Not formatted and not damaged: the drive says that nothing was ever recorded.
    if (method === 'quick' || !medium.formatted) return quickly(medium, perCommand);
    return method === 'secure' && hiddenBlocks(medium) !== undefined ? undefined : wholly(medium, perCommand);
  };
