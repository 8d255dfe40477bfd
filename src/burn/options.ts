import { z } from 'zod';

const SPEEDS = 'must be max or -1, a number of kB/s, a factor such as 16x, or sectors such as 10800sectors/s';

/** A factor of the medium's single speed, or sectors per second. */
const SPEED_WITH_UNIT = /^(\d{1,3}(\.\d{1,2})?x|\d{1,6}sectors\/s)$/;

/** How a disc is to be recorded; the same object in the API, in a plan and in an attempt. */
export const burnOptions = z
  .strictObject({
    speed: z
      .union(
        [
          z.literal('max'),
          z.literal(-1),
          z.int().min(1).max(1_000_000),
          z.string().regex(SPEED_WITH_UNIT, SPEEDS),
        ],
        SPEEDS,
      )
      .default('max')
      .meta({
        description:
          '`max` or -1, kB/s (kB = 1,000 bytes), a factor of the medium such as `16x`, or sectors per second such as `10800sectors/s` (1x: 75 of a CD, 676 of a DVD, 2195 of a BD)',
      }),
    rotation: z.enum(['auto', 'clv', 'cav']).default('auto').meta({
      description:
        'How the drive is to turn the medium: `cav` is pure constant angular velocity, `clv` is everything else; `auto` leaves it to the drive',
    }),
    adjustSpeed: z.boolean().default(false).meta({
      description:
        'Where the drive does not offer the medium that speed or rotation: `false` refuses, `true` takes the next slower speed, else the slowest, and another rotation, and warns of it (`speed-adjusted`, `rotation-adjusted`)',
    }),
    onNonBlank: z.enum(['reject', 'erase', 'append']).default('reject').meta({
      description:
        'What to do when the medium holds a recording; `append` goes on behind it, and begins a blank medium',
    }),
    blanking: z.enum(['minimal', 'full', 'session']).default('minimal').meta({
      description:
        'How `erase` blanks a CD-RW: its tables alone, every sector, or its last session alone, whose place is taken',
    }),
    writeMode: z.enum(['auto', 'tao', 'sao', 'incremental', 'dao', 'layer-jump']).default('auto').meta({
      description:
        'CD: `tao` track at once, `sao` session at once by a cue sheet. DVD-R and DVD-RW: `incremental`, `dao` disc at once; DVD-R DL also `layer-jump`. `auto` is the first that drive and medium know',
    }),
    overburn: z.boolean().default(false).meta({
      description: 'CD, session at once: record beyond the last possible lead-out as far as the drive goes',
    }),
    underrunProtection: z
      .boolean()
      .default(true)
      .meta({ description: 'Let the drive bridge an empty buffer, where it can be told not to' }),
    postgap: z.boolean().default(true).meta({
      description:
        'CD: two seconds of zeros after the image, which keep readers away from the end of the track',
    }),
    spares: z.enum(['auto', 'none', 'least', 'default', 'most']).default('auto').meta({
      description:
        'BD: spare clusters that a format sets aside. `auto` leaves a formatted medium and a BD-R as they are, and formats a new BD-RE with as many as its drive prefers',
    }),
    pseudoOverwrite: z.boolean().default(false).meta({
      description:
        'BD-R: format it so that its blocks could be overwritten at the cost of spare clusters. Spindle itself overwrites none: it finalizes the disc behind the image',
    }),
    close: z
      .enum(['disc', 'session'])
      .default('disc')
      .meta({ description: '`disc` finalizes; `session` leaves the medium appendable' }),
    dvdCompatibility: z.boolean().optional().meta({
      description:
        'DVD+R, also of two layers: `true` closes the disc for players of set-top kind, also where `close` is `session`; `false` closes it without what only those need; absent: as `close` says. Where IMAPI closes every DVD+R DL for good, one with `close: session` stays appendable here unless this is `true`',
    }),
    finalizeRadius: z.enum(['auto', 'minimum', 'any']).default('auto').meta({
      description:
        'DVD+R: how a disc is finalized. `minimum` fills it up to the radius that players expect (function 5 of CLOSE TRACK/SESSION), `any` ends it where the recording ends (function 6); a drive that refuses one gets the other. `auto`: `minimum` for `dvdCompatibility` and drives that are known to want it, else `any`',
    }),
    simulate: z
      .boolean()
      .default(false)
      .meta({ description: 'Test write with the laser at reading power; refused where the medium has none' }),
    verify: z
      .enum(['none', 'quick', 'full'])
      .default('full')
      .meta({ description: '`quick` reads samples, first and last blocks; `full` reads everything' }),
    eject: z.boolean().default(false),
    layerBreak: z
      .union(
        [z.enum(['auto', 'drive']), z.int().min(16).multipleOf(16)],
        'must be auto, drive, or a number of blocks, a multiple of 16',
      )
      .default('auto')
      .meta({
        description:
          'DVD+R DL: blocks of layer 0, at most what the medium has. `auto` halves a disc that is begun and closed at once; `drive` leaves it where it is',
      }),
    onWrite: z.enum(['drive', 'verify', 'stream']).default('drive').meta({
      description:
        'Media that are overwritten in place: leave checking to the drive, have it verify each write, or none (DVD-RAM and BD-RE, at up to twice the speed)',
    }),
    backgroundFormat: z.enum(['stop', 'continue']).default('stop').meta({
      description:
        'DVD+RW whose format is not complete: end it with the recording, which other drives can read at once, or let the drive format on',
    }),
  })
  .meta({ id: 'BurnOptions' });

export type BurnOptions = z.infer<typeof burnOptions>;
