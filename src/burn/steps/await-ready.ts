import { fromDrive, withoutData } from '../../drive/command.js';
import type { Outcome } from '../../drive/drive-session.js';
import { readDiscInformation } from '../../scsi/commands/read-disc-information.js';
import { testUnitReady } from '../../scsi/commands/test-unit-ready.js';
import { senseMeaning } from '../../scsi/sense-meaning.js';
import type { Sense } from '../../scsi/sense.js';
import { discInformation } from '../../scsi/structures/disc-information.js';
import type { Step } from '../step.js';
import { type Performance, type Run, progressOf } from './run.js';
import { SteadyProgress } from './steady-progress.js';

const SHORTEST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

const NOW = { busyMs: 0 } as const;

const isUnknown = ({ key, asc }: Sense): boolean => key === 5 && asc === 0x20;

/** TEST UNIT READY may be GOOD while a drive still closes; READ DISC INFORMATION tells then, if the drive knows it. */
const askReady = async ({ session }: Run): Promise<Outcome> => {
  const ready = await session.attempt(withoutData(testUnitReady, {}), NOW);
  if (!ready.ok) return ready;
  const length = discInformation.size;
  const command = fromDrive(readDiscInformation, { dataType: 0, allocationLength: length }, length);
  const told = await session.attempt(command, NOW);
  return !told.ok && told.sense && isUnknown(told.sense) ? ready : told;
};

/** Blanking, formatting and closing make some drives tell of a medium that may have changed; it is read again later. */
const isOwnDoing = ({ key, asc }: Sense): boolean => key === 6 && asc === 0x28;

const isBusy = (sense: Sense): boolean => {
  const { rule } = senseMeaning(sense);
  return rule === 'wait' || rule === 'wait-briefly' || rule === 'repeat' || isOwnDoing(sense);
};

/** Waits for what the drive does by itself after a command with the immediate bit. */
export async function* awaitReady(run: Run, step: Step): Performance {
  const since = run.timing.now();
  const deadline = since + step.readyWithinMs;
  const steady = new SteadyProgress();
  for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    const outcome = await askReady(run);
    if (outcome.ok) return;
    if (!outcome.sense || !isBusy(outcome.sense) || run.timing.now() >= deadline) throw outcome.error;
    yield progressOf(run, steady.note(outcome.sense.progress, run.timing.now() - since));
    await run.timing.sleep(pauseMs);
  }
}
