import { pageOffset } from '../os/page-offset.js';

/**
 * A ring of bytes in shared memory between one thread that reads an image and one that feeds a drive. Neither
 * copies: the producer reads files into the ring, the consumer hands views of it to the transport.
 *
 *   | control words | up to the next page | bytes ……… capacity | rest |
 *
 * The producer may block, the consumer may not: it leaves word how many bytes it needs, and the producer wakes
 * it by a message.
 */

/** SG_IO sends from where bytes lie only if a drive's controller can fetch them there; what begins at a page always can. */
const PAGE = 4096;

/** Control words. */
const FILLED = 0;
const STATE = 1;
/** Bytes that the consumer waits for; 0 when it does not wait. */
const NEEDED = 2;
/** Free bytes that the producer waits for; 0 when it does not wait. */
const SPACE_NEEDED = 3;
/** Changes with every wake-up of the producer. */
const BELL = 4;
/** How often the consumer has asked for a look at the sources, and how often the producer has looked. */
const LOOKS_WANTED = 5;
const LOOKS_TAKEN = 6;
const WORDS = 7;

const STATES = { open: 0, ended: 1, closed: 2 } as const;

export type FifoMemory = SharedArrayBuffer;

/** Memory for a ring. A capacity of whole units makes every contiguous view hold whole units. */
export const createFifo = (capacity: number): FifoMemory => new SharedArrayBuffer(2 * PAGE + capacity);

/** Shared memory need not begin at a page itself. It lies at the same address for every thread. */
const faces = (memory: FifoMemory): { words: Int32Array; bytes: Uint8Array; capacity: number } => {
  const words = new Int32Array(memory, 0, WORDS);
  const behindWords = pageOffset(new Uint8Array(memory, words.byteLength)) % PAGE;
  const start = words.byteLength + ((PAGE - behindWords) % PAGE);
  const capacity = memory.byteLength - 2 * PAGE;
  return { words, bytes: new Uint8Array(memory, start, capacity), capacity };
};

/** The thread that reads the image; it blocks while the ring is full. */
export interface FifoProducer {
  /**
   * A contiguous free view of at most so many bytes, all of it free; fewer only at the end of the ring.
   * Undefined when the consumer wants no more. Calls `look` where the consumer has asked for it, be it while this waits.
   */
  reserve(bytes: number, look?: () => void): Uint8Array | undefined;
  /** The first so many bytes of the reserved view are to be read. */
  commit(bytes: number): void;
  /** Nothing follows. */
  end(): void;
}

/** `wake` is called when the consumer has what it waits for; it sends a message to the other thread. */
export const fifoProducer = (memory: FifoMemory, wake: () => void): FifoProducer => {
  const { words, bytes, capacity } = faces(memory);
  let offset = 0;

  const free = (): number => capacity - Atomics.load(words, FILLED);
  const closed = (): boolean => Atomics.load(words, STATE) === STATES.closed;

  const lookIfAsked = (look: () => void): void => {
    const asked = Atomics.load(words, LOOKS_WANTED);
    if (asked === Atomics.load(words, LOOKS_TAKEN)) return;
    look();
    Atomics.store(words, LOOKS_TAKEN, asked);
    wake();
  };

  const awaitSpace = (wanted: number, look: () => void): boolean => {
    for (;;) {
      const bell = Atomics.load(words, BELL);
      Atomics.store(words, SPACE_NEEDED, wanted);
      if (closed()) return false;
      lookIfAsked(look);
      if (free() >= wanted) break;
      Atomics.wait(words, BELL, bell);
    }
    Atomics.store(words, SPACE_NEEDED, 0);
    return true;
  };

  const wakeConsumer = (): void => {
    const needed = Atomics.load(words, NEEDED);
    const satisfied = Atomics.load(words, FILLED) >= needed || Atomics.load(words, STATE) === STATES.ended;
    if (needed > 0 && satisfied && Atomics.compareExchange(words, NEEDED, needed, 0) === needed) wake();
  };

  return {
    reserve: (wanted, look = () => undefined) => {
      const length = Math.min(wanted, capacity - offset);
      return awaitSpace(length, look) ? bytes.subarray(offset, offset + length) : undefined;
    },
    commit: (length) => {
      offset = (offset + length) % capacity;
      Atomics.add(words, FILLED, length);
      wakeConsumer();
    },
    end: () => {
      Atomics.compareExchange(words, STATE, STATES.open, STATES.ended);
      wakeConsumer();
    },
  };
};

/** The thread that feeds the drive; it never blocks. */
export interface FifoConsumer {
  readonly capacity: number;
  /** Bytes that can be read now. */
  available(): number;
  /** Nothing follows what is available. */
  ended(): boolean;
  /** A view of the next bytes, fewer at the end of the ring; it stays as it is until they are released. */
  peek(bytes: number): Uint8Array;
  /** Gives the oldest bytes back to the producer. */
  release(bytes: number): void;
  /** Asks to be woken when so many bytes are there or nothing follows; false when that is so already. */
  awaitBytes(bytes: number): boolean;
  /** Asks the producer to look at its sources before it goes on; it wakes the consumer when it has. */
  askLook(): void;
  /** It has done so as often as it was asked. */
  hasLooked(): boolean;
  /** Wants no more: the producer's next reserve fails. */
  close(): void;
}

export const fifoConsumer = (memory: FifoMemory): FifoConsumer => {
  const { words, bytes, capacity } = faces(memory);
  let offset = 0;

  const available = (): number => Atomics.load(words, FILLED);
  const ended = (): boolean => Atomics.load(words, STATE) === STATES.ended;
  const ring = (): void => {
    Atomics.add(words, BELL, 1);
    Atomics.notify(words, BELL);
  };

  return {
    capacity,
    available,
    ended,
    peek: (wanted) => bytes.subarray(offset, offset + Math.min(wanted, available(), capacity - offset)),
    release: (length) => {
      offset = (offset + length) % capacity;
      Atomics.sub(words, FILLED, length);
      const wanted = Atomics.load(words, SPACE_NEEDED);
      if (wanted > 0 && capacity - available() >= wanted) ring();
    },
    awaitBytes: (wanted) => {
      Atomics.store(words, NEEDED, wanted);
      if (available() < wanted && !ended()) return true;
      Atomics.store(words, NEEDED, 0);
      return false;
    },
    askLook: () => {
      Atomics.add(words, LOOKS_WANTED, 1);
      ring();
    },
    hasLooked: () => Atomics.load(words, LOOKS_TAKEN) === Atomics.load(words, LOOKS_WANTED),
    close: () => {
      Atomics.store(words, STATE, STATES.closed);
      ring();
    },
  };
};
