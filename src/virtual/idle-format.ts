import type { Clock } from './clock.js';
import { backgroundReached } from './recording/overwritable.js';
import { MEDIA_EVENT } from './news.js';
import type { VirtualDrive } from './virtual-drive.js';

const BLOCK_BYTES = 2048;

/** At real-time speed a background format goes on while nothing else is done, and tells when it is complete. */
export class IdleFormat {
  readonly #clock: Clock;
  #idleSince: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#idleSince = clock.now();
  }

  /** Called with each command: what came before it was idle time, unless something was being recorded. */
  goOn(drive: VirtualDrive): void {
    const now = this.#clock.now();
    const idleMs = now - this.#idleSince;
    this.#idleSince = now;
    const { medium } = drive;
    const format = medium?.tables.format;
    if (!drive.realtime || format?.background !== 'running' || !drive.buffer.isEmpty()) return;
    const blocks = Math.floor((idleMs * drive.pace.writeKBps) / BLOCK_BYTES);
    const further = backgroundReached(drive.tables, format.reached, format.reached + blocks);
    // How far it came is kept with the next thing that is; a loss of power only has it go on from farther back.
    if (further.format?.background !== 'complete') medium?.update(further);
    else {
      drive.tables = further;
      drive.news.raise(MEDIA_EVENT.formatComplete);
    }
  }
}
