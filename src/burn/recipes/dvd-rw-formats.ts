import type { FormatRow } from './recipe.js';

/** MMC-5 §6.5.4.2: quick grow of the last border. */
export const QUICK_GROW = 0x13;
/** Blocks of an ECC block, which is what the type dependent parameter means. */
export const ECC_BLOCK = 16;

/**
 * What makes a DVD-RW a medium whose blocks can be overwritten. Quickly nothing is written, and its border stays open for
 * the first recording, which closes it; wholly, every block is written, as drives without the quick format have it.
 */
export const DVD_RW_FORMATS: readonly FormatRow[] = [
  {
    type: 0x15,
    title: 'for restricted overwrite, quickly',
    spareArea: 'none',
    certifications: { none: 0 },
    blocks: 0,
    typeDependent: ECC_BLOCK,
    sizeShows: false,
  },
  {
    type: 0x10,
    title: 'for restricted overwrite, every block of it',
    spareArea: 'none',
    certifications: { none: 0 },
    writesAll: true,
    sizeShows: true,
  },
  {
    type: 0x00,
    title: 'for restricted overwrite, every block of it',
    spareArea: 'none',
    certifications: { none: 0 },
    writesAll: true,
    sizeShows: true,
  },
  {
    type: QUICK_GROW,
    title: 'so that the border can grow',
    spareArea: 'none',
    certifications: { none: 0 },
    blocks: 0,
    typeDependent: ECC_BLOCK,
    keeps: true,
    sizeShows: false,
    warnings: [
      {
        code: 'border-open',
        detail:
          'The border stays open until a recording or a job of type `close` closes it; until then some readers do not take the disc.',
      },
    ],
  },
];
