import type { Plan } from '../plan.js';
import type { Step } from '../step.js';
import type { Run } from './run.js';

/** Recording begins with a full FIFO, for as long as the source goes on filling it. */
const PREFILL = { enough: 0.9, limitMs: 10_000, idleMs: 1000, pauseMs: 20 } as const;

const prefill = async ({ source, timing, signal }: Run, blocks: number): Promise<void> => {
  const until = timing.now() + PREFILL.limitMs;
  let filled = source.available();
  let grewAt = timing.now();
  while (source.fill() < PREFILL.enough && filled < blocks) {
    const now = timing.now();
    if (now >= until || now - grewAt >= PREFILL.idleMs) return;
    await timing.sleep(PREFILL.pauseMs, signal);
    if (source.available() > filled) grewAt = now;
    filled = source.available();
  }
};

const blocksOf = ({ transfer }: Step): number => transfer?.blocks ?? 0;

const firstTransfer = ({ steps }: Plan): Step | undefined => steps.find((each) => blocksOf(each) > 0);

/** Nothing is altered yet, and would be now. */
const altersFirst = ({ touched }: Run, step: Step): boolean => step.alters && !touched;

/** What the FIFO has to hold by now. What alters a write-once medium spoils it, though no block goes with it (RESERVE TRACK). */
const blocksDue = (run: Run, step: Step): number => {
  const sender = run.plan.writeOnce && altersFirst(run, step) ? firstTransfer(run.plan) : step;
  return sender ? blocksOf(sender) : 0;
};

/**
 * The last look at the sources: before the medium is altered, and before anything of the image is sent. What is not any more
 * what was measured costs nothing at the first one, and at the second one no more than an erasing or a format, unless a source
 * is altered between two commands to a write-once medium. The FIFO is filled first, since that takes its time as well.
 */
export const lookAtSources = async (run: Run, step: Step): Promise<void> => {
  const blocks = blocksDue(run, step);
  if (blocks > 0) await prefill(run, blocks);
  if (altersFirst(run, step) || step === firstTransfer(run.plan)) await run.source.compareSources(run.signal);
};
