import { type Clock, sleep } from './clock.js';
import type { SenseReport } from './refusal.js';

/** Something that lasts: blanking, formatting, closing, flushing. */
interface Operation {
  /** What commands are told meanwhile: 2/04/04, 2/04/07 or 2/04/08. */
  readonly sense: string;
  /** At real-time speed. */
  readonly durationMs: number;
  readonly finish: () => void | Promise<void>;
}

interface OperationsOptions {
  readonly clock: Clock;
  readonly realtime: boolean;
  /** Without real time: for so many commands an operation stays in progress. */
  readonly slowCommands: number;
  readonly ignoresImmediate: boolean;
}

/** The host has given up a command whose operation goes on. */
export class HostGaveUp extends Error {}

/** The one operation that a drive can be at work with. It ends when a command, or the drive's rest, finds it over. */
export class Operations {
  readonly #options: OperationsOptions;
  /** How long the host waits for the command that is being done, in ms. */
  hostTimeoutMs = Infinity;
  #running: Operation | undefined;
  #startedAt = 0;
  #commandsLeft = 0;

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /**
   * With Immed the command ends at once; without it when the operation does, which only real time draws out. Throws
   * `HostGaveUp` when that is too late for the host: the drive goes on all the same.
   */
  async start(operation: Operation, immediate: boolean): Promise<void> {
    const { clock, realtime, slowCommands, ignoresImmediate } = this.#options;
    this.#running = operation;
    this.#startedAt = clock.now();
    this.#commandsLeft = slowCommands;
    if (immediate && !ignoresImmediate && this.#share(operation) < 1) return;
    if (realtime) await sleep(clock, Math.min(operation.durationMs, this.hostTimeoutMs));
    if (realtime && operation.durationMs > this.hostTimeoutMs) throw new HostGaveUp();
    await this.finish();
  }

  /** Time passes: before every command. */
  async advance(): Promise<void> {
    if (this.#running === undefined) return;
    this.#commandsLeft -= 1;
    if (this.#share(this.#running) >= 1) await this.finish();
  }

  /** What commands and REQUEST SENSE are told while something lasts. */
  sense(): SenseReport | undefined {
    const running = this.#running;
    return running && { sense: running.sense, progress: Math.min(1, this.#share(running)) };
  }

  async finish(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.finish();
  }

  /** What a loss of power does to it. */
  cut(): void {
    this.#running = undefined;
  }

  #share({ durationMs }: Operation): number {
    const { clock, realtime, slowCommands } = this.#options;
    if (realtime) return durationMs === 0 ? 1 : (clock.now() - this.#startedAt) / durationMs;
    return slowCommands === 0 ? 1 : 1 - Math.max(0, this.#commandsLeft) / slowCommands;
  }
}
