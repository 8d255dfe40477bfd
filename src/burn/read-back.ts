import { READ_TIMEOUT_MS, fromDrive } from '../drive/command.js';
import type { DriveSession, Outcome } from '../drive/drive-session.js';
import { blocksPerRead } from '../drive/transfer-blocks.js';
import { coveringBlocks } from '../drive/user-blocks.js';
import type { ErrorCode, SpindleError } from '../errors.js';
import { read10 } from '../scsi/commands/read-10.js';

const BLOCK = 2048;
/** A block that was not read is tried again so often: the drive itself has tried many times before. */
const TRIES = 3;
/** After so many lost blocks in a row the rest of what is bad there is not read one by one. */
const HOPELESS = 4;
/** Reading what cannot be read may take so long altogether: enough for scratches, not for a disc that is beyond use. */
const BAD_AREAS_MS = 10 * 60_000;

/** Failures that are about the blocks and not about the drive. */
const ABOUT_BLOCKS: ReadonlySet<ErrorCode> = new Set([
  'medium-unreadable',
  'command-refused',
  'drive-fault',
  'write-failed',
]);

/** Sense keys MEDIUM ERROR and BLANK CHECK: about what was to be read, whatever their additional codes name. */
const MEDIUM_KEYS = /^[38]\//;

const isAboutBlocks = ({ code, scsi }: SpindleError): boolean =>
  ABOUT_BLOCKS.has(code) || (scsi?.deferred !== true && MEDIUM_KEYS.test(scsi?.sense ?? ''));

/** The blocks, or undefined when they cannot be read; throws what ends all reading. */
const dataOf = (outcome: Outcome, length: number): Uint8Array | undefined => {
  if (outcome.ok) return outcome.data.length === length ? outcome.data : undefined;
  if (isAboutBlocks(outcome.error)) return undefined;
  throw outcome.error;
};

interface Piece {
  /** In blocks from `start`. */
  readonly offset: number;
  readonly blocks: number;
  readonly data: Uint8Array | undefined;
}

/** Blocks that were not read. */
interface Lost {
  /** In blocks from `start`. */
  readonly offset: number;
  readonly blocks: number;
  /** Each of them was tried; otherwise some of them cannot be read. */
  readonly exact: boolean;
}

interface Doubtful {
  /** Address that offsets count from. */
  readonly start: number;
  readonly offset: number;
  readonly blocks: number;
  /** What can be read is put here, at its offset. */
  readonly into: Uint8Array;
}

/** How long a block is tried to be read, and all of them. */
interface Patience {
  readonly tries: number;
  readonly hopeless: number;
  readonly badAreasMs: number;
}

/** Of whoever only wants to know whether all is well. */
const CHECKING: Patience = { tries: TRIES, hopeless: HOPELESS, badAreasMs: BAD_AREAS_MS };

/** Of whoever wants every block that can be had. */
export const rescuing = (retries: number): Patience => ({
  tries: retries + 1,
  hopeless: Infinity,
  badAreasMs: Infinity,
});

/** A medium that is to be read in blocks of 2,048 bytes. */
export interface ReadMedium {
  readonly session: DriveSession;
  readonly signal: AbortSignal;
  /** Of a block as the drive has them; 2,048 where it is left out. */
  readonly blockBytes?: number | undefined;
}

/** Reads a medium back, and keeps account of what that costs where it is bad. */
export class ReadBack {
  readonly #session: DriveSession;
  readonly #signal: AbortSignal;
  readonly #patience: Patience;
  readonly #blockBytes: number;
  #lostMs = 0;
  #lostInARow = 0;

  constructor({ session, signal, blockBytes = BLOCK }: ReadMedium, patience: Patience = CHECKING) {
    this.#patience = patience;
    this.#session = session;
    this.#signal = signal;
    this.#blockBytes = blockBytes;
  }

  /** Bad areas have taken as long as they may. */
  isExhausted(): boolean {
    return this.#lostMs >= this.#patience.badAreasMs;
  }

  /** Reads blocks in order, the next piece being on its way while a good one is looked at. */
  async *ahead(start: number, count: number): AsyncGenerator<Piece, void> {
    const most = blocksPerRead(this.#session, this.#blockBytes);
    const ask = (offset: number): Promise<Uint8Array | undefined> | undefined => {
      if (offset >= count) return undefined;
      const asked = this.#read(start + offset, Math.min(most, count - offset));
      // Whoever stops reading does not wait for the piece that is on its way.
      asked.catch(() => undefined);
      return asked;
    };
    let next = ask(0);
    for (let offset = 0; next; offset += most) {
      const data = await next;
      const following = offset + most;
      if (data) this.#lostInARow = 0;
      // Beside a bad piece nothing may be on its way that whoever cancels has to wait for.
      next = data && ask(following);
      yield { offset, blocks: Math.min(most, count - offset), data };
      next ??= ask(following);
    }
  }

  /** Reads the blocks of a bad piece one by one, until it is plain that all the rest is bad as well. */
  async singly({ start, offset, blocks, into }: Doubtful): Promise<Lost[]> {
    const end = offset + blocks;
    const lost: Lost[] = [];
    for (let block = offset; block < end; block++) {
      if (this.#isHopeless() && end - block > 1)
        return [...lost, { offset: block, blocks: end - block, exact: false }];
      const data = await this.#readBlock(start + block);
      this.#lostInARow = data ? 0 : this.#lostInARow + 1;
      if (data) into.set(data, block * BLOCK);
      else lost.push({ offset: block, blocks: 1, exact: true });
    }
    return lost;
  }

  #isHopeless(): boolean {
    return this.#lostInARow >= this.#patience.hopeless || (this.#lostInARow > 0 && this.isExhausted());
  }

  async #readBlock(address: number): Promise<Uint8Array | undefined> {
    for (let tried = 0; tried < this.#patience.tries; tried++) {
      const data = await this.#read(address, 1);
      if (data) return data;
    }
    return undefined;
  }

  async #read(address: number, blocks: number): Promise<Uint8Array | undefined> {
    const { timing } = this.#session;
    const since = timing.now();
    const { before, ...fields } = coveringBlocks(address, blocks, this.#blockBytes);
    const length = fields.transferLength * this.#blockBytes;
    const command = fromDrive(read10, fields, length, READ_TIMEOUT_MS);
    const whole = dataOf(await this.#session.attempt(command, { signal: this.#signal }), length);
    const data = whole?.subarray(before, before + blocks * BLOCK);
    if (!data) this.#lostMs += timing.now() - since;
    return data;
  }
}
