import { decodeShort } from '../../binary/layout.js';
import { fromDrive } from '../../drive/command.js';
import { readBufferCapacity } from '../../scsi/commands/read-buffer-capacity.js';
import { bufferCapacity } from '../../scsi/structures/buffer-capacity.js';
import { type Run } from './run.js';

/**
 * A drive asked for its buffer before that was full once may hang or lose data (Pioneer DVR-216D, Plextor and TEAC of
 * 2009). No drive has a larger buffer.
 */
const FIRST_FILL_BYTES = 8 * 1024 * 1024;
const POLL_MS = 1000;
/** A drive that keeps up with us has at least so much at times. */
const ONCE_FILLED = 0.5;
const EMPTY = 0.02;
const RECOVERED = 0.5;

/** Watches both buffers on the way to the laser, and counts how often both were empty. */
export class BufferWatch {
  readonly #run: Run;
  #polledAt: number | undefined;
  #canTell = true;
  #everFilled = false;
  #starving = false;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Before a chunk is taken from the FIFO, with `left` blocks to come: whether the drive will have to wait for it. */
  isDry(left: number): boolean {
    const run = this.#run;
    const available = run.source.available();
    run.fifoFill = run.source.fill();
    // At the end it empties, as it should.
    if (available < left) run.lowestFifoFill = Math.min(run.lowestFifoFill ?? 1, run.fifoFill);
    if (run.fifoFill >= RECOVERED) this.#starving = false;
    return available === 0;
  }

  /** After a chunk was waited for, with the FIFO empty; `sent` bytes went before it. */
  async starved(sent: number): Promise<void> {
    if (this.#starving || sent < FIRST_FILL_BYTES) return;
    await this.#poll();
    const { driveBufferFill } = this.#run;
    const ranDry = this.#canTell ? this.#everFilled && (driveBufferFill ?? 1) <= EMPTY : true;
    if (!ranDry) return;
    this.#starving = true;
    this.#run.underruns++;
  }

  /** After a chunk was sent. Asks the drive at most once a second. */
  async sent(bytes: number): Promise<void> {
    const now = this.#run.timing.now();
    if (bytes < FIRST_FILL_BYTES || !this.#canTell) return;
    if (this.#polledAt !== undefined && now - this.#polledAt < POLL_MS) return;
    await this.#poll();
  }

  async #poll(): Promise<void> {
    if (!this.#canTell) return;
    this.#polledAt = this.#run.timing.now();
    const outcome = await this.#run.session.attempt(
      fromDrive(readBufferCapacity, { allocationLength: bufferCapacity.size }, bufferCapacity.size),
    );
    const told = outcome.ok ? decodeShort(bufferCapacity, outcome.data) : undefined;
    this.#canTell = told !== undefined && told.lengthOfBuffer > 0;
    if (!told || !this.#canTell) return;
    const fill = 1 - told.availableLengthOfBuffer / told.lengthOfBuffer;
    this.#run.driveBufferFill = Math.min(1, Math.max(0, fill));
    this.#everFilled ||= fill >= ONCE_FILLED;
    if (fill >= RECOVERED) this.#starving = false;
  }
}
