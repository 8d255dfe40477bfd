/** So long one that waits for a drive keeps its turn: a drive that answers in time costs nobody a place in the queue. */
const PATIENCE_MS = 1000;

/** The right to be the one that masters. */
export interface MasteringTurn {
  /** Resolves when it has the turn, which it may have lent. */
  hold(): Promise<void>;
  /** Does what waits for a drive. Where that takes long others have their turn meanwhile; afterwards it is the next. */
  lend<T>(work: () => Promise<T>): Promise<T>;
  end(): void;
}

/** Images are made one at a time, in the order of their beginning; none waits for a drive that another one waits for. */
export class MasteringTurns {
  readonly #waiting: (() => void)[] = [];
  #taken = false;

  /** Resolves with the turn when its time has come. */
  async begin(): Promise<MasteringTurn> {
    await this.#take('last');
    return new Turn({
      take: () => this.#take('first'),
      give: () => {
        this.#give();
      },
    });
  }

  #take(place: 'first' | 'last'): Promise<void> {
    if (!this.#taken) {
      this.#taken = true;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      if (place === 'first') this.#waiting.unshift(resolve);
      else this.#waiting.push(resolve);
    });
  }

  #give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken = false;
  }
}

interface Place {
  readonly take: () => Promise<void>;
  readonly give: () => void;
}

class Turn implements MasteringTurn {
  readonly #place: Place;
  /** Settled while it has the turn; pending while it waits to have it back; undefined while it is lent. */
  #held: Promise<void> | undefined = Promise.resolve();
  /** Counts what was lent and taken back: a question of a process that has died is none any more. */
  #loan = 0;
  #ended = false;

  constructor(place: Place) {
    this.#place = place;
  }

  hold(): Promise<void> {
    this.#loan += 1;
    if (!this.#ended) this.#held ??= this.#place.take();
    return this.#held ?? Promise.resolve();
  }

  async lend<T>(work: () => Promise<T>): Promise<T> {
    this.#loan += 1;
    const loan = this.#loan;
    const patience = setTimeout(() => {
      if (loan === this.#loan) this.#giveBack();
    }, PATIENCE_MS);
    try {
      return await work();
    } finally {
      clearTimeout(patience);
      if (loan === this.#loan) await this.hold();
    }
  }

  end(): void {
    this.#loan += 1;
    this.#ended = true;
    this.#giveBack();
  }

  /** Whoever ends while it waits gives the turn back as soon as it comes. */
  #giveBack(): void {
    const held = this.#held;
    this.#held = undefined;
    void held?.then(this.#place.give);
  }
}
