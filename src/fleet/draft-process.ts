import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fromFailure, SpindleError } from '../errors.js';
import {
  DRAFT_ANSWERS,
  type DraftAnswer,
  type DraftFrame,
  draftFrame,
  type DraftQuestion,
} from '../worker/draft-protocol.js';
import { encodeFrame, FRAME_LIMIT, readFrames } from '../worker/frames.js';
import { cappedArguments, STALL_LIMIT_MS } from './capped-process.js';

const ended = (): SpindleError =>
  new SpindleError('mastering-failed', 'The process that had the tree of the draft has ended.');

const frameOf = (question: DraftQuestion): Uint8Array => {
  try {
    return encodeFrame(question);
  } catch (cause) {
    const detail = `All that was said of the volume of the draft takes more than ${FRAME_LIMIT} bytes.`;
    throw new SpindleError('body-too-large', detail, { cause });
  }
};

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The tree of one draft, in a process of its own, capped as the one that masters: what does not fit there cannot be mastered either. It is asked one question at a time and may die at any. */
export class DraftProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #stallMs: number;
  #waiting: Waiting | undefined;
  #watch: NodeJS.Timeout | undefined;
  #over = false;

  constructor(stallMs = STALL_LIMIT_MS) {
    this.#stallMs = stallMs;
    this.#child = spawn(process.execPath, cappedArguments('worker/draft'), {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    readFrames(this.#child.stdout, {
      receives: draftFrame,
      onFrame: (frame) => {
        this.#take(frame);
      },
      onEnd: () => {
        this.end();
      },
    });
    this.#child.stdin.on('error', () => undefined); // of one that has died: its output says so
    this.#child.once('error', () => {
      this.end();
    });
  }

  /** It can be asked no more. */
  get isOver(): boolean {
    return this.#over;
  }

  get isBusy(): boolean {
    return this.#waiting !== undefined;
  }

  #take(frame: DraftFrame): void {
    if (frame.op === 'busy') {
      this.#watchAgain();
      return;
    }
    const waiting = this.#settle();
    if (frame.op === 'answer') waiting?.resolve(frame.value);
    else {
      if (frame.spoilt) this.end();
      waiting?.reject(fromFailure(frame.failure));
    }
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    clearTimeout(this.#watch);
    return waiting;
  }

  #watchAgain(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      this.#fail(new SpindleError('source-stalled', `A source has not answered for ${this.#stallMs} ms.`));
    }, this.#stallMs);
  }

  #fail(error: SpindleError): void {
    const waiting = this.#settle();
    this.end();
    waiting?.reject(error);
  }

  /** @throws SpindleError what the process refuses, `source-stalled`, `mastering-failed` where it died, `body-too-large`. */
  async ask<Op extends DraftQuestion['op']>(
    question: Extract<DraftQuestion, { op: Op }>,
  ): Promise<DraftAnswer<Op>> {
    if (this.#over) throw ended();
    if (this.#waiting) throw new Error('a question before the last one was answered');
    const frame = frameOf(question);
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    this.#watchAgain();
    this.#child.stdin.write(frame);
    return DRAFT_ANSWERS[question.op].parse(await answer) as DraftAnswer<Op>;
  }

  /** Whoever waits for an answer is told that there will be none. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#settle()?.reject(ended());
    this.#child.kill('SIGKILL');
  }
}
