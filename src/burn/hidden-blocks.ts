import type { Medium, MediumKind } from '../drive/medium.js';
import { hasNoSpares } from './bd-spares.js';

const nobodyCan = (medium: string, since: string): string =>
  `Nobody can promise that the blocks of a ${medium} are overwritten: ${since}`;

/** Spare blocks that nothing does without. */
const ALWAYS: Partial<Record<MediumKind, string>> = {
  'dvd-ram': nobodyCan('dvd-ram medium', 'those that its spares have replaced keep what they held.'),
  'removable-disk': nobodyCan(
    'removable disk',
    'a disk replaces blocks by others as it sees fit, and those keep what they held.',
  ),
};

/**
 * Why some blocks of a medium may keep what they held whatever is written to it: a block that was bad, or worn, has a spare one in
 * its place, and no command reaches it any more. As a sentence; undefined where every block can be reached.
 */
export const hiddenBlocks = (medium: Medium): string | undefined => {
  if (medium.kind !== 'bd-re' || hasNoSpares(medium)) return ALWAYS[medium.kind];
  return `${nobodyCan('bd-re medium with spares', 'those that were replaced keep what they held.')} Format it with \`spareArea: none\` first, which leaves none aside.`;
};
