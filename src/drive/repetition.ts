import { altersMedium } from '../scsi/command-effects.js';
import { startStopUnit } from '../scsi/commands/start-stop-unit.js';
import { type SenseRule, senseMeaning } from '../scsi/sense-meaning.js';
import { ATTENTION, SENSE_KEYS, type Sense } from '../scsi/sense.js';
import type { Command, Transport } from '../transport/transport.js';
import { withoutData } from './command.js';
import type { Timing } from './timing.js';

/** How long, and how, a command is repeated by itself. */
export interface Patience {
  /** While the drive says that it is busy, in ms. */
  readonly busyMs?: number;
  readonly signal?: AbortSignal;
  /** Progress of what the drive is busy with, 0 to 1, where it tells. */
  readonly onProgress?: (fraction: number) => void;
  /** The drive has told of a new medium or a reset, instead of doing the command, which is repeated. */
  readonly onUpheaval?: (sense: Sense) => void;
}

export interface RepetitionOptions {
  readonly transport: Transport;
  readonly timing: Timing;
  /**
   * While a medium is recorded, a new medium or a reset ends the work. Otherwise it is told once, instead of doing a
   * command, and the command is repeated.
   */
  readonly recording?: boolean;
  /**
   * Whether a deferred error can be about a command of ours: then it ends the work. Otherwise it is what is left of
   * another's.
   */
  readonly ownsDeferred?: () => boolean;
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
/** A drive tells each deferred error once; one that never comes to an end does no command at all. */
const DEFERRED_ERRORS = 16;

/** Unit attentions after which nothing of what was set or known holds: new medium, reset. */
const isUpheaval = ({ asc }: Sense): boolean => asc === ATTENTION.newMedium || asc === ATTENTION.reset;

/** Decides for one command, by what the drive answers, whether it is sent again; and waits before it is. */
export class Repetition {
  readonly #options: RepetitionOptions;
  readonly #patience: Patience;
  /** What may have been done in part is sent again only when the drive says that it took nothing. */
  readonly #isRepeatable: boolean;
  readonly #since: number;
  #pauses = 0;
  #attentions = 0;
  #deferred = 0;
  #repeated = false;
  #started = false;

  constructor(options: RepetitionOptions, { cdb }: Command, patience: Patience) {
    this.#options = options;
    this.#isRepeatable = altersMedium(cdb) === false;
    this.#patience = patience;
    this.#since = options.timing.now();
  }

  /** After CHECK CONDITION. */
  async isDue(sense: Sense): Promise<boolean> {
    return sense.deferred ? this.#isPassed(sense) : this.#rules[senseMeaning(sense).rule](sense);
  }

  /** After the status BUSY. */
  isDueWhenBusy(): Promise<boolean> {
    return this.#pause(this.#busyMs, LONGEST_PAUSE_MS);
  }

  /** Once, and not what alters the medium: it may have been done in part. */
  isDueAfterSoftError(): boolean {
    return this.#once();
  }

  readonly #rules: Readonly<Record<SenseRule, (sense: Sense) => boolean | Promise<boolean>>> = {
    success: () => false,
    wait: (sense) => this.#pause(this.#busyMs, LONGEST_WAIT_MS, sense),
    'wait-briefly': (sense) => this.#pause(Math.min(BRIEFLY_MS, this.#busyMs), LONGEST_WAIT_MS, sense),
    start: async (sense) => (await this.#start()) || this.#pause(this.#busyMs, LONGEST_WAIT_MS, sense),
    repeat: (sense) => this.#pause(this.#busyMs, LONGEST_PAUSE_MS, sense),
    'repeat-once': () => this.#once(),
    renegotiate: (sense) => {
      if (isUpheaval(sense)) this.#patience.onUpheaval?.(sense);
      return (
        !(this.#options.recording === true && isUpheaval(sense)) && ++this.#attentions <= UNIT_ATTENTIONS
      );
    },
    refused: () => false,
    stop: () => false,
  };

  get #busyMs(): number {
    return this.#patience.busyMs ?? BUSY_MS;
  }

  async #pause(limitMs: number, longestMs: number, sense?: Sense): Promise<boolean> {
    if (this.#options.timing.now() - this.#since >= limitMs) return false;
    if (sense?.progress !== undefined) this.#patience.onProgress?.(sense.progress);
    await this.#sleep(longestMs);
    return true;
  }

  async #sleep(longestMs: number): Promise<void> {
    const pauseMs = Math.min(longestMs, SHORTEST_PAUSE_MS * 2 ** Math.min(this.#pauses++, 10));
    await this.#options.timing.sleep(pauseMs, this.#patience.signal);
  }

  /** Told of an earlier command, this one was not done (SPC-3 §4.5.5). */
  async #isPassed({ key }: Sense): Promise<boolean> {
    if (this.#options.ownsDeferred?.() === true && key > SENSE_KEYS.recoveredError) return false;
    if (++this.#deferred > DEFERRED_ERRORS) return false;
    await this.#sleep(LONGEST_PAUSE_MS);
    return true;
  }

  async #start(): Promise<boolean> {
    if (this.#started) return false;
    this.#started = true;
    await this.#options.transport.execute(
      withoutData(startStopUnit, { immediate: true, powerCondition: 0, start: true }),
    );
    return true;
  }

  #once(): boolean {
    if (this.#repeated || !this.#isRepeatable) return false;
    this.#repeated = true;
    return true;
  }
}
