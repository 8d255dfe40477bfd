import { fromHex } from '../../binary/hex.js';
import type { Outcome } from '../../drive/drive-session.js';
import type { Command } from '../../transport/transport.js';
import { fitsSense } from '../sense-pattern.js';
import type { Alternative, PlannedCommand, Step } from '../step.js';
import { awaitReady } from './await-ready.js';
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
    if (outcome.ok && alternative.again) outcome = await send(run, command);
  }
  return outcome;
};

/** Sends the command of a step and waits until the drive has done it. */
export async function* commandStep(run: Run, step: Step): Performance {
  if (!step.command) return;
  const outcome = await negotiate(run, step.command, step.alternatives);
  if (outcome?.ok === false) throw outcome.error;
  if (outcome && step.readyWithinMs > 0) yield* awaitReady(run, step);
}
