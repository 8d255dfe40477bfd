import { type PromisedSpace, promiseSpaceAsync, type Wanted } from './promised-space.js';

/** What does not tell its length is promised so much room at a time; bytes. */
const AT_ONCE = 16 * 1024 * 1024;

/** Room for what grows as it is written: promised as it was announced, or else piece by piece. */
export class PromisedPieces {
  readonly #directory: string;
  readonly #wanted: Omit<Wanted, 'bytes'>;
  #promised: PromisedSpace | undefined;
  #left = 0;

  constructor(directory: string, wanted: Omit<Wanted, 'bytes'>) {
    this.#directory = directory;
    this.#wanted = wanted;
  }

  /**
   * Promises so many bytes in place of what is left of the last piece.
   * @throws SpindleError `space-exhausted`, `space-unknown`
   */
  async announce(bytes: number): Promise<void> {
    this.release();
    this.#promised = await promiseSpaceAsync(this.#directory, { ...this.#wanted, bytes });
    this.#left = bytes;
  }

  /**
   * Before so many bytes are written.
   * @throws SpindleError `space-exhausted`, `space-unknown`
   */
  async require(bytes: number): Promise<void> {
    if (bytes > this.#left) await this.announce(Math.max(bytes, AT_ONCE));
  }

  used(bytes: number): void {
    this.#left -= bytes;
    this.#promised?.used(bytes);
  }

  /** Gives back what was not used. */
  release(): void {
    this.#promised?.release();
    this.#promised = undefined;
    this.#left = 0;
  }
}
