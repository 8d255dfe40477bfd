import { z } from 'zod';
import { mediumExpectation } from './medium-expectation.js';
import { phase } from './progress.js';

/** A command exactly as it will be sent; bytes are spaced hex, so that a plan can be read beside the standard. */
const plannedCommand = z
  .strictObject({
    name: z.string(),
    cdb: z.string(),
    data: z.string().optional().meta({ description: 'Parameter list that goes with it' }),
    timeoutMs: z.int().min(1),
  })
  .meta({ id: 'PlannedCommand' });
export type PlannedCommand = z.infer<typeof plannedCommand>;

/** What may be done instead when a drive answers with sense like `5/24/*`; the first that fits is taken. */
const alternative = z
  .strictObject({
    on: z.array(z.string()).min(1).meta({ description: 'Sense key/ASC/ASCQ; `*` stands for any' }),
    command: plannedCommand.optional().meta({ description: 'Absent: the step is left out' }),
    again: z.boolean().meta({ description: "Afterwards the step's own command is sent once more" }),
  })
  .meta({ id: 'PlannedAlternative' });
export type Alternative = z.infer<typeof alternative>;

/** How blocks are sent: WRITE (10), WRITE AND VERIFY (10), or WRITE (12) with the streaming bit. */
const writeCommand = z.enum(['write', 'write-and-verify', 'write-streaming']);

/** Blocks that a step sends; the CDBs follow from it. */
const transfer = z
  .strictObject({
    start: z.int().meta({ description: 'Address of the first block' }),
    leading: z.int().min(0).meta({ description: 'Blocks of zeros before those of the image' }),
    blocks: z.int().min(0).meta({ description: 'Blocks of the image' }),
    first: z.int().min(0).meta({ description: 'The first of them, counted over all parts of the image' }),
    padding: z.int().min(0).meta({ description: 'Blocks of zeros after those' }),
    perCommand: z.int().min(1).meta({ description: 'Blocks of one command, and its alignment' }),
    headLast: z.int().min(0).meta({
      description:
        'So many first blocks are written last: until then no reader takes the medium for complete',
    }),
    command: writeCommand.optional().meta({ description: 'Absent: `write`' }),
    timeoutMs: z.int().min(1),
  })
  .meta({ id: 'PlannedTransfer' });
export type Transfer = z.infer<typeof transfer>;

/** Blocks that a step reads back and compares with the digests of an image. */
const comparison = z
  .strictObject({
    parts: z
      .array(z.strictObject({ start: z.int(), blocks: z.int().min(1) }))
      .min(1)
      .meta({ description: 'Where the parts of the image lie on the medium, in the order of their blocks' }),
    mode: z.enum(['quick', 'full']),
  })
  .meta({ id: 'PlannedComparison' });
export type Comparison = z.infer<typeof comparison>;

/** Blocks that a step reads into an image. */
const reading = z
  .strictObject({
    start: z.int(),
    blocks: z.int().min(1),
    gaps: z.array(z.strictObject({ start: z.int(), blocks: z.int().min(1) })),
    runOuts: z.array(z.strictObject({ start: z.int(), blocks: z.int().min(1), track: z.int() })).meta({
      description:
        'What of these cannot be read, up to the end of the track that begins at `track`, is its run-out if no volume on the track claims it',
    }),
    onUnreadable: z.enum(['stop', 'zero-fill']),
    retries: z.int().min(0),
  })
  .meta({ id: 'PlannedReading' });
export type Reading = z.infer<typeof reading>;

/** Blocks that a step reads back, and that must be zeros. */
const zeros = z.strictObject({ start: z.int(), blocks: z.int().min(1) }).meta({ id: 'PlannedZeros' });

const STEPS = [
  'lock',
  'blank',
  'format',
  'set-speed',
  'set-parameters',
  'set-layer-break',
  'check',
  'send-cue-sheet',
  'reserve',
  'set-layer-jump',
  'invalidate',
  'write',
  'synchronize',
  'read-zeros',
  'repair-track',
  'close-track',
  'stop-format',
  'close-session',
  'close-disc',
  'prove',
  'digest',
  'verify',
  'read',
  'unlock',
  'eject',
] as const;

export const step = z
  .strictObject({
    do: z.enum(STEPS),
    phase,
    title: z.string(),
    alters: z.boolean().meta({ description: 'The medium is not the same afterwards' }),
    command: plannedCommand.optional(),
    alternatives: z.array(alternative),
    transfer: transfer.optional(),
    comparison: comparison.optional(),
    reading: reading.optional(),
    zeros: zeros.optional(),
    readyWithinMs: z
      .int()
      .min(0)
      .meta({ description: 'After the command the drive may be busy for so long; 0: it is not waited for' }),
    leaves: mediumExpectation.optional().meta({
      description: 'What the step makes of the medium, where that does not follow from what it does',
    }),
    expects: mediumExpectation.optional().meta({ description: 'The medium after this step' }),
  })
  .meta({ id: 'PlannedStep' });
export type Step = z.infer<typeof step>;
