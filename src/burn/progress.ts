import { z } from 'zod';

/** Phases of an attempt, in the order in which they come; one list for API, journal and dashboard. */
export const PHASES = [
  'load',
  'wait',
  'format',
  'calibrate',
  'write',
  'close',
  'read',
  'verify',
  'unload',
] as const;
export const phase = z.enum(PHASES);
export type Phase = z.infer<typeof phase>;

/** Where an attempt is. At most four a second, the latest wins, never stored. */
export const progress = z
  .strictObject({
    phase,
    /** Index and number of the plan's steps. */
    step: z.int().min(0).max(1000),
    steps: z.int().min(0).max(1000),
    /** Units of this phase: blocks written or verified; 0 of 0 while the drive works by itself without telling. */
    done: z.number().min(0),
    total: z.number().min(0),
    /** Path on the disc of the file that is being written or verified. */
    file: z.string().optional(),
    /** kB/s over the last second. */
    kBps: z.number().min(0),
    /** 0 to 1; absent where there is none. */
    fifoFill: z.number().min(0).max(1).optional(),
    driveBufferFill: z.number().min(0).max(1).optional(),
    underruns: z.int().min(0),
    elapsedMs: z.number().min(0),
    remainingMs: z.number().min(0).optional(),
  })
  .meta({ id: 'Progress' });
export type Progress = z.infer<typeof progress>;
