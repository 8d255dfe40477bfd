import { z } from 'zod';
import { mediumKind } from './medium.js';

const WRITE_MODES = [
  'tao',
  'sao',
  'raw',
  'incremental',
  'dao',
  'layer-jump',
  'restricted-overwrite',
  'sequential',
  'overwrite',
] as const;
export type WriteModeOfDrive = (typeof WRITE_MODES)[number];

const FORMATTINGS = ['full-certification', 'quick-certification', 'expand-spares', 'without-spares'] as const;
export type Formatting = (typeof FORMATTINGS)[number];

/** What a drive does with one kind of medium, also while another one lies in it, or none. */
export const mediumAbility = z
  .strictObject({
    medium: mediumKind,
    records: z.boolean().meta({ description: 'Otherwise it only reads such media, recorded or pressed' }),
    writeModes: z.array(z.enum(WRITE_MODES)).meta({
      description:
        'CD: `tao` (of data and audio), `sao` by a cue sheet, `raw`. DVD-R and DVD-RW: `incremental`, `dao`, `layer-jump`, `restricted-overwrite`. Others: `sequential` in sessions, `overwrite` in place',
    }),
    testWrite: z.boolean(),
    bufferUnderrunFree: z
      .boolean()
      .meta({ description: 'Bridges an empty buffer; DVD+, DVD-RAM and BD do by what they are' }),
    formatting: z.array(z.enum(FORMATTINGS)).exactOptional().meta({
      description: 'What formats it gives: Formattable feature (0023h); `without-spares` is of BD-RE',
    }),
    pseudoOverwrite: z
      .literal(true)
      .exactOptional()
      .meta({ description: 'BD-R: BD-R Pseudo-Overwrite feature (0038h)' }),
    bdxl: z
      .literal(true)
      .exactOptional()
      .meta({ description: 'Records BD of three and four layers: class 2 of BD Write (0041h)' }),
  })
  .meta({ id: 'MediumAbility' });
export type MediumAbility = z.infer<typeof mediumAbility>;
