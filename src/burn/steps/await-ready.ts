import { askReady } from '../../drive/ask-ready.js';
import type { Outcome } from '../../drive/drive-session.js';
import { senseMeaning } from '../../scsi/sense-meaning.js';
import { ATTENTION, SENSE_KEYS, type Sense } from '../../scsi/sense.js';
import type { Step } from '../step.js';
import { type Performance, type Run, progressOf } from './run.js';
import { SteadyProgress } from './steady-progress.js';
import { Waiting } from './waiting.js';

const SHORTEST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

const NOW = { busyMs: 0 } as const;

/** What was seen of a drive that was waited for. */
export interface Seen {
  /** It said that it formats, blanks or closes: it has taken the command. */
  atWork: boolean;
}

export interface Expecting {
  /** The host gave up, and resets the drive for it. */
  readonly reset?: boolean;
  readonly seen?: Seen;
}

/** Blanking, formatting and closing make some drives tell of a medium that may have changed; it is read again later. */
const isOwnDoing = ({ key, asc }: Sense, { reset = false }: Expecting): boolean =>
  key === SENSE_KEYS.unitAttention && (asc === ATTENTION.newMedium || (reset && asc === ATTENTION.reset));

const isBusy = ({ status, sense }: Outcome, expecting: Expecting): boolean => {
  if (!sense) return status === 'busy';
  const { rule } = senseMeaning(sense);
  return rule === 'wait' || rule === 'wait-briefly' || rule === 'repeat' || isOwnDoing(sense, expecting);
};

/** 2/04/04 and 2/04/07: a format, or another operation, is in progress. */
const isAtWork = (sense: Sense | undefined): boolean =>
  sense?.key === SENSE_KEYS.notReady && sense.asc === 0x04 && (sense.ascq === 0x04 || sense.ascq === 0x07);

/** Waits for what the drive does by itself after a command with the immediate bit. */
export async function* awaitReady(run: Run, step: Step, expecting: Expecting = {}): Performance {
  const { timing } = run;
  const since = timing.now();
  const waiting = new Waiting(step.readyWithinMs, since);
  const steady = new SteadyProgress();
  for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    const outcome = await askReady(run.session, NOW);
    if (outcome.ok) return;
    const { sense, error } = outcome;
    const now = timing.now();
    if (!isBusy(outcome, expecting) || waiting.isOver(now, sense?.progress)) throw error;
    if (expecting.seen && isAtWork(sense)) expecting.seen.atWork = true;
    yield progressOf(run, steady.note(sense?.progress, now - since));
    await timing.sleep(pauseMs);
  }
}
