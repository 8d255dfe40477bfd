import type { Medium } from '../drive/medium.js';

/** MMC-5 §6.5.4.2: BD-RE without any spare area, which all of its clusters are for data then. */
const WITHOUT_SPARES = 0x31;

/** Drives list how many blocks that would make; where they do not, nobody knows whether there are spares. */
const hasNoSpares = ({ formats, capacity }: Medium): boolean =>
  formats.some(({ type, blocks }) => type === WITHOUT_SPARES && blocks === capacity);

/**
 * Why some blocks of a medium may keep what they held whatever is written to it: a block that was bad has a spare one in its
 * place, and no command reaches it any more. As a sentence; undefined where every block can be reached.
 */
export const hiddenBlocks = (medium: Medium): string | undefined => {
  const { kind } = medium;
  if (kind === 'dvd-ram')
    return 'Nobody can promise that the blocks of a dvd-ram medium are overwritten: those that its spares have replaced keep what they held.';
  if (kind !== 'bd-re' || hasNoSpares(medium)) return undefined;
  return 'Nobody can promise that the blocks of a bd-re medium with spares are overwritten: those that were replaced keep what they held. Format it with `spareArea: none` first, which leaves none aside.';
};
