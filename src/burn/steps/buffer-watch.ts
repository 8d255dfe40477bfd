import { decodeShort } from '../../binary/layout.js';
import { fromDrive } from '../../drive/command.js';
import { hasQuirk } from '../../drive/quirks.js';
import type { Outcome } from '../../drive/drive-session.js';
import { readBufferCapacity } from '../../scsi/commands/read-buffer-capacity.js';
import { SENSE_KEYS } from '../../scsi/sense.js';
import { bufferCapacity } from '../../scsi/structures/buffer-capacity.js';
import type { Run } from './run.js';

/**
 * A drive asked for its buffer before that was full once may hang or lose data (Pioneer DVR-216D, Plextor and TEAC of
 * 2009). No drive has a larger buffer.
 */
const FIRST_FILL_BYTES = 8 * 1024 * 1024;
const POLL_MS = 1000;
/** After a longer pause between two chunks the drive may have run empty: 2 MiB at DVD 16x last for 95 ms. */
const LATE_MS = 50;
/** A drive that keeps up with us has at least so much at times. */
const ONCE_FILLED = 0.5;
const EMPTY = 0.02;
const RECOVERED = 0.5;

/** 2/04/xx and the status BUSY: a question for progress alone is not worth waiting. */
const isBusy = ({ status, sense }: Outcome): boolean =>
  status === 'busy' || (sense?.key === SENSE_KEYS.notReady && sense.asc === 0x04);

/** Watches both buffers on the way to the laser, and counts how often the drive had to wait for us. */
export class BufferWatch {
  readonly #run: Run;
  #polledAt: number | undefined;
  #sentAt: number | undefined;
  #fillBefore = 1;
  #canTell: boolean;
  #everFilled = false;
  #starving = false;

  constructor(run: Run) {
    this.#run = run;
    this.#canTell = !('quirks' in run.plan && hasQuirk(run.plan.quirks, 'no-buffer-questions'));
  }

  /** Before a chunk is taken from the FIFO, with `left` blocks to come: whether the drive will have to wait for it. */
  isDry(left: number): boolean {
    const run = this.#run;
    const available = run.source.available();
    run.fifoFill = run.source.fill();
    // At the end it empties, as it should.
    if (available < left) run.lowestFifoFill = Math.min(run.lowestFifoFill ?? 1, run.fifoFill);
    if (!this.#canTell && run.fifoFill >= RECOVERED) this.#starving = false;
    return available === 0;
  }

  /** A chunk was waited for while the FIFO was empty; `sent` bytes went before it. */
  async waited(sent: number): Promise<void> {
    if (this.#starving || sent < FIRST_FILL_BYTES) return;
    await this.#poll(0);
    this.#judge(true);
  }

  /** After the drive took a chunk, `sent` bytes in all. Asks it once a second, and whenever that chunk came late. */
  async sent(sent: number, chunk: number): Promise<void> {
    const now = this.#run.timing.now();
    const late = now - (this.#sentAt ?? now) > LATE_MS;
    const due = now - (this.#polledAt ?? -Infinity) >= POLL_MS;
    this.#sentAt = now;
    if (sent < FIRST_FILL_BYTES || !this.#canTell || !(due || late)) return;
    await this.#poll(chunk);
    this.#judge(false);
  }

  /** Where the drive cannot tell, an empty FIFO has to do. */
  #judge(dry: boolean): void {
    const ranDry = this.#canTell ? this.#everFilled && this.#fillBefore <= EMPTY : dry;
    if (!ranDry || this.#starving) return;
    this.#starving = true;
    this.#run.underruns++;
  }

  /**
   * Undefined from a drive that refuses the question, for good, and from one that is busy. Everything else that it
   * says instead is about the recording: a failed WRITE, a reset, another medium is told to whatever asks first.
   */
  async #ask(): Promise<Uint8Array | undefined> {
    const outcome = await this.#run.session.attempt(
      fromDrive(readBufferCapacity, { allocationLength: bufferCapacity.size }, bufferCapacity.size),
      { busyMs: 0, signal: this.#run.signal },
    );
    if (outcome.ok) return outcome.data;
    const refused = outcome.sense?.key === SENSE_KEYS.illegalRequest;
    if (!refused && !isBusy(outcome)) throw outcome.error;
    this.#canTell = !refused;
    return undefined;
  }

  /** `chunk` bytes came into the buffer just now: without them it would be as full as it was before. */
  async #poll(chunk: number): Promise<void> {
    if (!this.#canTell) return;
    this.#polledAt = this.#run.timing.now();
    const reply = await this.#ask();
    if (!reply) return;
    const told = decodeShort(bufferCapacity, reply);
    this.#canTell = told.lengthOfBuffer > 0;
    if (!this.#canTell) return;
    const fill = 1 - told.availableLengthOfBuffer / told.lengthOfBuffer;
    this.#run.driveBufferFill = Math.min(1, Math.max(0, fill));
    this.#fillBefore = fill - chunk / told.lengthOfBuffer;
    this.#everFilled ||= fill >= ONCE_FILLED;
    if (fill >= RECOVERED) this.#starving = false;
  }
}
