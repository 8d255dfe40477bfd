import { fromHex } from '../../binary/hex.js';
import { isUnexplained, type Outcome } from '../../drive/drive-session.js';
import type { Command } from '../../transport/transport.js';
import { fitsSense } from '../sense-pattern.js';
import type { Alternative, PlannedCommand, Step } from '../step.js';
import { type Expecting, type Seen, awaitReady } from './await-ready.js';
import { type Doubt, doubtOf, isFlush, isRefused, noteDoubt, questionAfter } from './doubt.js';
import type { Performance, Run } from './run.js';

/** A drive that still closes or formats from before is waited for as long as libburn waits for any command. */
const BUSY_MS = 200_000;

const commandOf = ({ name, cdb, data, timeoutMs }: PlannedCommand): Command => {
  const base = { name, cdb: fromHex(cdb), timeoutMs };
  return data === undefined
    ? { ...base, direction: 'none' }
    : { ...base, direction: 'to-drive', data: fromHex(data) };
};

const send = (run: Run, command: PlannedCommand): Promise<Outcome> =>
  run.session.attempt(commandOf(command), { busyMs: BUSY_MS });

const fits = ({ on }: Alternative, outcome: Outcome): boolean => {
  if (outcome.ok || outcome.sense === undefined) return false;
  const { sense } = outcome;
  return on.some((pattern) => fitsSense(pattern, sense));
};

/** The step's command, then its alternatives in order as far as they fit; undefined when the step is left out. */
const negotiate = async (
  run: Run,
  command: PlannedCommand,
  alternatives: readonly Alternative[],
): Promise<Outcome | undefined> => {
  let outcome = await send(run, command);
  for (const alternative of alternatives) {
    if (!fits(alternative, outcome)) continue;
    if (alternative.command === undefined) return undefined;
    outcome = await send(run, alternative.command);
    if (alternative.again && (outcome.ok || isUnexplained(outcome))) outcome = await send(run, command);
  }
  return outcome;
};

type Failed = Outcome & { readonly ok: false };

async function* awaitWork(run: Run, step: Step, expecting?: Expecting): Performance {
  if (step.readyWithinMs > 0) yield* awaitReady(run, step, expecting);
}

/** What the drive says when it is asked whether it did it; undefined where nothing can be asked. */
const askAgain = async (run: Run, step: Step, doubt: Doubt): Promise<Outcome | undefined> => {
  const question = questionAfter(run, step, doubt);
  if (question === undefined) return undefined;
  const outcome = await send(run, question);
  if (!outcome.ok && !isUnexplained(outcome) && !isRefused(outcome)) throw outcome.error;
  return outcome;
};

/** A drive that was reset has nothing left to flush; whatever else it was at may go on, or be seen on the medium. */
async function* resolve(run: Run, step: Step, { error }: Failed, doubt: Doubt): Performance {
  const flushes = isFlush(step);
  const seen: Seen = { atWork: false };
  yield* awaitWork(run, step, { seen, reset: doubt === 'unanswered' && !flushes });
  if (seen.atWork && !flushes) return;
  const outcome = await askAgain(run, step, doubt);
  if (outcome) yield* awaitWork(run, step);
  // A buffer that was lost with a reset is flushed without complaint.
  if (outcome?.ok !== true || doubt === 'unanswered') noteDoubt(run, step, error);
}

/** Sends the command of a step and waits until the drive has done it. */
export async function* commandStep(run: Run, step: Step): Performance {
  if (!step.command) return;
  const outcome = await negotiate(run, step.command, step.alternatives);
  if (outcome === undefined) return;
  const doubt = doubtOf(step, outcome);
  if (!outcome.ok && doubt) yield* resolve(run, step, outcome, doubt);
  else if (!outcome.ok) throw outcome.error;
  else yield* awaitWork(run, step);
}
