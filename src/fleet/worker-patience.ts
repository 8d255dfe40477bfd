import type { Store } from '../jobs/store/store.js';
import type { Logger } from '../log.js';
import { endSilentWorker, SilentWorker, silenceLimit, watchPulse } from './silent-worker.js';
import { HELLO_LIMIT_MS, type WorkerLink } from './worker-link.js';

interface WorkerPatienceOptions {
  readonly drive: string;
  readonly silenceMs: number;
  readonly store: Pick<Store, 'openAttempts'>;
  readonly log: Logger;
}

/** How long the worker of a drive may be silent, and the end of one that is for longer: it would keep the drive for ever. */
export class WorkerPatience {
  readonly #options: WorkerPatienceOptions;
  /** So often in a row a worker did not say hello. */
  #silences = 0;

  constructor(options: WorkerPatienceOptions) {
    this.#options = options;
  }

  /** Within which a worker says hello. */
  get helloMs(): number {
    return Math.min(HELLO_LIMIT_MS, this.#options.silenceMs);
  }

  /** A worker that was stopped, or is stuck, is killed; until what is returned is called. */
  watch(link: WorkerLink, isRecording: () => boolean): () => void {
    return watchPulse({
      ask: () => link.request({ do: 'status' }),
      limitMs: this.#options.silenceMs,
      isRecording,
      onSilent: () => {
        this.#end(link.status.pid);
      },
    });
  }

  /** The same of one that is found silent, once it had its time. */
  async endIfSilent(error: unknown): Promise<void> {
    this.#silences = error instanceof SilentWorker ? this.#silences + 1 : 0;
    if (!(error instanceof SilentWorker)) return;
    const { drive, silenceMs, store } = this.#options;
    const open = await store.openAttempts().catch(() => []);
    const limitMs = silenceLimit(
      silenceMs,
      open.some((attempt) => attempt.drive === drive),
    );
    if (this.#silences * this.helloMs >= limitMs) this.#end(error.pid);
  }

  #end(pid: number): void {
    const { drive, log } = this.#options;
    log.error({ drive, pid }, 'the worker is silent and is killed');
    endSilentWorker(pid, drive);
  }
}
