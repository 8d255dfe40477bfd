import type { SpindleError } from '../errors.js';
import { SENSE_KEYS, type Sense, decodeSense } from '../scsi/sense.js';
import type { Answer, Command } from '../transport/transport.js';
import { senseFailure, statusFailure } from './command-failure.js';
import { type Patience, Repetition, type RepetitionOptions } from './repetition.js';
import type { Timing } from './timing.js';

export type Outcome =
  | { readonly ok: true; readonly data: Uint8Array; readonly moved: number }
  /** `sense` is absent when none came. */
  | { readonly ok: false; readonly error: SpindleError; readonly sense: Sense | undefined };

/** A drive to which commands can be given; it settles what is a drive's normal life. */
export interface DriveSession {
  readonly timing: Timing;
  /** The data that came; throws the failure with its `scsi`. */
  run(command: Command, patience?: Patience): Promise<Uint8Array>;
  /** The same for those who have an alternative: a refusal is a value. Still rejects when the drive is lost. */
  attempt(command: Command, patience?: Patience): Promise<Outcome>;
}

/** No sense and recovered errors: the command did its work. */
const isHarmless = ({ key, deferred }: Sense): boolean => key <= SENSE_KEYS.recoveredError && !deferred;

type Unsettled = Outcome | 'again';

const judgeSense = async (
  command: Command,
  answer: Answer & { status: 'check-condition' },
  repetition: Repetition,
): Promise<Unsettled> => {
  const sense = decodeSense(answer.sense);
  // CHECK CONDITION without sense comes from USB bridges only, mostly with commands that worked; as 0/00/00 does.
  if (!sense || isHarmless(sense)) return { ok: true, data: answer.data, moved: answer.moved };
  if (await repetition.isDue(sense)) return 'again';
  return { ok: false, error: senseFailure(command, sense), sense };
};

const judge = async (command: Command, answer: Answer, repetition: Repetition): Promise<Unsettled> => {
  if (answer.status === 'good') return { ok: true, data: answer.data, moved: answer.moved };
  if (answer.status === 'check-condition') return judgeSense(command, answer, repetition);
  if (answer.status === 'busy' && (await repetition.isDueWhenBusy())) return 'again';
  return { ok: false, error: statusFailure(command, answer), sense: undefined };
};

/** Does not own the transport: whoever opened it closes it. */
export const openDrive = (options: RepetitionOptions): DriveSession => {
  const { transport, timing } = options;

  const attempt = async (command: Command, patience: Patience = {}): Promise<Outcome> => {
    const repetition = new Repetition(options, patience);
    for (;;) {
      patience.signal?.throwIfAborted();
      const outcome = await judge(command, await transport.execute(command), repetition);
      if (outcome !== 'again') return outcome;
    }
  };

  const run = async (command: Command, patience?: Patience): Promise<Uint8Array> => {
    const outcome = await attempt(command, patience);
    if (!outcome.ok) throw outcome.error;
    return outcome.data;
  };

  return { timing, run, attempt };
};
