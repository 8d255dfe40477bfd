import { type SpindleError } from '../errors.js';
import { startStopUnit } from '../scsi/commands/start-stop-unit.js';
import { type SenseRule, senseMeaning } from '../scsi/sense-meaning.js';
import { type Sense, decodeSense } from '../scsi/sense.js';
import { type Answer, type Command, type Transport } from '../transport/transport.js';
import { withoutData } from './command.js';
import { senseFailure, statusFailure } from './command-failure.js';
import { type Timing } from './timing.js';

export type Outcome =
  | { readonly ok: true; readonly data: Uint8Array; readonly moved: number }
  /** `sense` is absent when none came. */
  | { readonly ok: false; readonly error: SpindleError; readonly sense: Sense | undefined };

/** How long, and how, a command is repeated by itself. */
export interface Patience {
  /** While the drive says that it is busy, in ms. */
  readonly busyMs?: number;
  /** A command that the drive may have done in part is never sent again, except when it says that it took nothing. */
  readonly once?: boolean;
  readonly signal?: AbortSignal;
  /** Progress of what the drive is busy with, 0 to 1, where it tells. */
  readonly onProgress?: (fraction: number) => void;
}

/** A drive to which commands can be given; it settles what is a drive's normal life. */
export interface DriveSession {
  readonly timing: Timing;
  /** The data that came; throws the failure with its `scsi`. */
  run(command: Command, patience?: Patience): Promise<Uint8Array>;
  /** The same for those who have an alternative: a refusal is a value. Still rejects when the drive is lost. */
  attempt(command: Command, patience?: Patience): Promise<Outcome>;
}

const BUSY_MS = 60_000;
/** Some USB bridges answer 2/04/00 for ever; libburn waits for 5 s. */
const BRIEFLY_MS = 5_000;
/** Repetitions of a WRITE whose blocks the buffer did not take, as in libburn and cdrdao: 10 to 60 ms. */
const SHORTEST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 60;
const LONGEST_WAIT_MS = 500;
/** After power on and a new medium there are two, or three with a changed mode page. */
const UNIT_ATTENTIONS = 4;

/** Unit attentions after which nothing of what was set or known holds: new medium, reset. */
const isUpheaval = ({ asc }: Sense): boolean => asc === 0x28 || asc === 0x29;

interface Tally {
  readonly since: number;
  pauses: number;
  attentions: number;
  repeated: boolean;
  started: boolean;
}

interface Situation {
  readonly command: Command;
  readonly sense: Sense;
  readonly rule: SenseRule;
  readonly patience: Patience;
  readonly tally: Tally;
}

export interface SessionOptions {
  readonly transport: Transport;
  readonly timing: Timing;
  /**
   * While a medium is recorded, a new medium or a reset ends the work. Otherwise it is told once, instead of doing a
   * command, and the command is repeated.
   */
  readonly recording?: boolean;
}

/** Does not own the transport: whoever opened it closes it. */
export const openDrive = ({ transport, timing, recording = false }: SessionOptions): DriveSession => {
  const pause = async ({ patience, tally, sense }: Situation, limitMs: number, longest: number) => {
    if (timing.now() - tally.since >= limitMs) return false;
    if (sense.progress !== undefined) patience.onProgress?.(sense.progress);
    const ms = Math.min(longest, SHORTEST_PAUSE_MS * 2 ** Math.min(tally.pauses++, 10));
    await timing.sleep(ms, patience.signal);
    return true;
  };

  const start = async ({ tally }: Situation): Promise<boolean> => {
    if (tally.started) return false;
    tally.started = true;
    await transport.execute(withoutData(startStopUnit, { immediate: true, powerCondition: 0, start: true }));
    return true;
  };

  const once = ({ tally, patience }: Situation): boolean => {
    if (tally.repeated || patience.once === true) return false;
    return (tally.repeated = true);
  };

  const renegotiate = ({ sense, tally }: Situation): boolean =>
    !(recording && isUpheaval(sense)) && ++tally.attentions <= UNIT_ATTENTIONS;

  const busyMs = ({ patience }: Situation): number => patience.busyMs ?? BUSY_MS;

  /** Whether the command is to be sent again. */
  const AGAIN: Readonly<Record<SenseRule, (situation: Situation) => boolean | Promise<boolean>>> = {
    success: () => true,
    wait: (situation) => pause(situation, busyMs(situation), LONGEST_WAIT_MS),
    'wait-briefly': (situation) => pause(situation, Math.min(BRIEFLY_MS, busyMs(situation)), LONGEST_WAIT_MS),
    start: async (situation) =>
      (await start(situation)) || pause(situation, busyMs(situation), LONGEST_WAIT_MS),
    repeat: (situation) => pause(situation, busyMs(situation), LONGEST_PAUSE_MS),
    'repeat-once': once,
    renegotiate,
    flush: () => false,
    refused: () => false,
    stop: () => false,
  };

  const judgeSense = async (
    command: Command,
    answer: Answer & { status: 'check-condition' },
    { patience, tally }: { patience: Patience; tally: Tally },
  ): Promise<Outcome | 'again'> => {
    const sense = decodeSense(answer.sense);
    // CHECK CONDITION without sense comes from USB bridges only, mostly with commands that worked; see 0/00/00.
    if (sense === undefined) return { ok: true, data: answer.data, moved: answer.moved };
    const { rule } = senseMeaning(sense);
    if (rule === 'success' && !sense.deferred) return { ok: true, data: answer.data, moved: answer.moved };
    const again = await AGAIN[rule]({ command, sense, rule, patience, tally });
    return again ? 'again' : { ok: false, error: senseFailure(command, sense), sense };
  };

  const BUSY: Sense = { key: 2, asc: 0x04, ascq: 0x08, deferred: false };

  const judge = async (
    command: Command,
    answer: Answer,
    state: { patience: Patience; tally: Tally },
  ): Promise<Outcome | 'again'> => {
    if (answer.status === 'good') return { ok: true, data: answer.data, moved: answer.moved };
    if (answer.status === 'check-condition') return judgeSense(command, answer, state);
    const situation: Situation = { command, sense: BUSY, rule: 'repeat', ...state };
    if (answer.status === 'busy' && (await AGAIN.repeat(situation))) return 'again';
    return { ok: false, error: statusFailure(command, answer), sense: undefined };
  };

  const attempt = async (command: Command, patience: Patience = {}): Promise<Outcome> => {
    const tally: Tally = { since: timing.now(), pauses: 0, attentions: 0, repeated: false, started: false };
    for (;;) {
      patience.signal?.throwIfAborted();
      const outcome = await judge(command, await transport.execute(command), { patience, tally });
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
