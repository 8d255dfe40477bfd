import type { FormatRow } from './recipe.js';

/** Sizes are whole clusters (libburn, growisofs). */
const CLUSTER_BLOCKS = 32;

/**
 * MMC-5 §6.5.4.2: 00h with the spares that the drive prefers, 32h with a choice of them; sub-type 1 is sequential recording
 * without pseudo overwrite (growisofs, libburn). A format can be made once, while the medium is blank.
 */
const BD_R: readonly FormatRow[] = [
  {
    type: 0x00,
    title: 'with the default spare area',
    spareArea: 'default',
    certifications: { none: 1 },
    sizeShows: true,
  },
  {
    type: 0x32,
    title: 'with a spare area',
    spareArea: 'any',
    certifications: { none: 1 },
    sizesBetween: CLUSTER_BLOCKS,
    sizeShows: true,
  },
];

/**
 * MMC-5 §6.5.4.2: 00h with the spares that the drive prefers; 30h with a choice of spares, 31h without any. Sub-types 2
 * and 3 certify fully and quickly, 1 does not (those of 30h and 31h as libburn and growisofs use them). Sub-type 0 is what
 * Pioneer (BDR-203) calls a quick reformat; growisofs sends it to new media as well, we do not.
 */
const BD_RE: readonly FormatRow[] = [
  {
    type: 0x00,
    title: 'with the default spare area',
    spareArea: 'default',
    certifications: { none: 0 },
    leavesBlocks: true,
    sizeShows: true,
  },
  {
    type: 0x30,
    title: 'with a spare area',
    spareArea: 'any',
    certifications: { quick: 3, none: 1, full: 2 },
    sizesBetween: CLUSTER_BLOCKS,
    leavesBlocks: true,
    sizeShows: true,
  },
  {
    type: 0x31,
    title: 'without a spare area',
    spareArea: 'none',
    certifications: { none: 1, quick: 3, full: 2 },
    leavesBlocks: true,
    sizeShows: true,
  },
];

/** How media of BD are formatted, by a job of its own or before they are recorded. */
export const BD_FORMATS = { 'bd-r': BD_R, 'bd-re': BD_RE } as const;
