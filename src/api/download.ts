import { Readable } from 'node:stream';
import { SpindleError } from '../errors.js';

/** Downloads at once that read sources or discs. */
const MOST_DOWNLOADS = 8;

/** Whose client has taken nothing for so long gives its place to others that want one. */
const IDLE_MS = 30_000;

type Piece = IteratorResult<Uint8Array, undefined>;

const END: Piece = { done: true, value: undefined };

/** Pieces for one client, one of the few that are read at once. */
class Reading implements AsyncIterableIterator<Uint8Array> {
  static readonly #open = new Set<Reading>();

  readonly #pieces: AsyncIterator<Uint8Array, undefined>;
  /** Since when there is a piece that the client has not taken; undefined while one is being read. */
  #idleSince: number | undefined;
  #first: Piece | undefined;
  /** Called when others want its place. */
  onOvertaken: () => void = () => undefined;

  private constructor(pieces: AsyncIterable<Uint8Array, undefined>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** @throws SpindleError `rate-limited` */
  static begin(pieces: AsyncIterable<Uint8Array, undefined>): Reading {
    if (this.#open.size >= MOST_DOWNLOADS) this.#overtakeOne();
    const reading = new Reading(pieces);
    this.#open.add(reading);
    return reading;
  }

  static #overtakeOne(): void {
    const before = performance.now() - IDLE_MS;
    const idle = [...this.#open].flatMap((reading) =>
      reading.#idleSince === undefined || reading.#idleSince > before
        ? []
        : [{ reading, since: reading.#idleSince }],
    );
    const [longest] = idle.sort((one, other) => one.since - other.since);
    if (!longest) throw new SpindleError('rate-limited', `${MOST_DOWNLOADS} downloads are under way already`);
    longest.reading.#leave();
    longest.reading.onOvertaken();
  }

  #leave(): void {
    Reading.#open.delete(this);
  }

  async #read(): Promise<Piece> {
    this.#idleSince = undefined;
    try {
      const piece = await this.#pieces.next();
      if (piece.done === true) this.#leave();
      this.#idleSince = performance.now();
      return piece;
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  /** Resolves with the first piece or sooner, when the client is gone; what hinders it is a problem document then. */
  async ready(gone: AbortSignal): Promise<void> {
    const left = new Promise<undefined>((resolve) => {
      gone.addEventListener('abort', () => {
        resolve(undefined);
      });
      if (gone.aborted) resolve(undefined);
    });
    this.#first = await Promise.race([this.#read(), left]);
    if (!this.#first) await this.return();
  }

  next(): Promise<Piece> {
    const first = this.#first;
    this.#first = undefined;
    return first ? Promise.resolve(first) : this.#read();
  }

  /** A piece that is being read, from a disk that does not answer maybe, is not waited for: the place is others' at once. */
  async return(): Promise<Piece> {
    this.#leave();
    const ended = this.#pieces.return?.();
    if (this.#idleSince === undefined) ended?.catch(() => undefined);
    else await ended;
    return END;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/**
 * A stream of pieces. The first one is there when it resolves, so that what hinders it is a problem document; later ones can only cut the
 * answer short, and the client sees that bytes are missing. `gone`: the client is.
 */
export const download = async (
  pieces: AsyncIterable<Uint8Array, undefined>,
  gone: AbortSignal,
): Promise<Readable> => {
  const reading = Reading.begin(pieces);
  await reading.ready(gone);
  const stream = Readable.from(reading, { objectMode: false });
  reading.onOvertaken = () => {
    stream.destroy(
      new SpindleError('rate-limited', 'Others wanted the place of a download that nobody read.'),
    );
  };
  return stream;
};
