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

/** Nothing is altered yet, and would be now; or nothing of the image is recorded yet, and would be now. */
const isDue = ({ plan, touched }: Run, step: Step): boolean =>
  (step.alters && !touched) || step === plan.steps.find((each) => blocksOf(each) > 0);

/**
 * The last look at the sources: whatever is not any more what was measured costs nothing before the medium is altered, and
 * only an erasing or a format before the image is sent. The FIFO is filled first, since that takes its time as well.
 */
export const lookAtSources = async (run: Run, step: Step): Promise<void> => {
  const blocks = blocksOf(step);
  if (blocks > 0) await prefill(run, blocks);
  if (isDue(run, step)) await run.source.compareSources(run.signal);
};
