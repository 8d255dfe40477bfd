import type { Bench } from './bench.js';
import type { Cell } from './cell.js';
import { type Finding, Lane } from './lane.js';
import { WITNESSED } from './media.js';
import { patiently } from './patiently.js';

/** Records on a drive of its own for as long as others fail on theirs. */
class Witness {
  readonly #bench: Bench;
  #drive = '';
  #inHand = Promise.resolve();
  readonly #objections: string[] = [];
  readonly #stop = new AbortController();

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  async begin(): Promise<void> {
    this.#drive = await this.#bench.api.addDrive({ blank: WITNESSED });
    this.#inHand = this.#look();
    void this.#goOn();
  }

  /** Resolves when the disc that is being recorded at this moment is done; what was wrong with any disc since last asked. */
  async now(): Promise<readonly string[]> {
    await this.#inHand;
    return this.#objections.splice(0);
  }

  end(): Promise<readonly string[]> {
    this.#stop.abort();
    return this.now();
  }

  async #look(): Promise<void> {
    const objection = await this.#once().catch(String);
    if (objection !== undefined) this.#objections.push(objection);
  }

  async #goOn(): Promise<void> {
    await this.#inHand;
    if (this.#stop.signal.aborted) return;
    this.#inHand = this.#look();
    await this.#goOn();
  }

  async #once(): Promise<string | undefined> {
    const { api } = this.#bench;
    const id = await patiently(() => api.submit(this.#bench.request(this.#drive, WITNESSED, {})));
    const { outcome, problem } = await patiently(() => api.ended(id));
    const medium = await patiently(() => this.#bench.mediumIn(this.#drive));
    if (outcome === 'ok' && this.#bench.holdsImage(medium, WITNESSED)) return undefined;
    return `another job on another drive: ${problem?.detail ?? 'the medium does not hold the image'}`;
  }
}

/** Text of a cell that could not be run to its end. */
export const NOT_FOUND_OUT = '?';

const runOne = async (lane: Lane, witness: Witness, cell: Cell): Promise<Finding> => {
  try {
    const finding = await lane.run(cell);
    return { ...finding, objections: [...finding.objections, ...(await witness.now())] };
  } catch (error) {
    return { cell, text: NOT_FOUND_OUT, objections: [String(error)] };
  }
};

interface Options {
  readonly lanes: number;
  readonly onFinding?: (finding: Finding, done: number) => void;
}

/** Runs cells on several drives at once, while another drive records discs that must all be good. */
export const runCells = async (
  bench: Bench,
  cells: readonly Cell[],
  { lanes, onFinding }: Options,
): Promise<readonly Finding[]> => {
  const witness = new Witness(bench);
  await witness.begin();
  const waiting = [...cells];
  const findings: Finding[] = [];
  const work = async (): Promise<void> => {
    let lane = new Lane(bench);
    for (let cell = waiting.shift(); cell; cell = waiting.shift()) {
      const finding = await runOne(lane, witness, cell);
      findings.push(finding);
      onFinding?.(finding, findings.length);
      // A drive of which nobody knows what became of it is left alone.
      if (finding.text === NOT_FOUND_OUT) lane = new Lane(bench);
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  const late = await witness.end();
  return late.length === 0
    ? findings
    : findings.map((one) => ({ ...one, objections: [...one.objections, ...late] }));
};
