import { type ErrorCode, type ErrorItem, SpindleError } from '../errors.js';

/** Problems that are listed; beyond them a client has enough to do. */
const MOST_LISTED = 1000;

/** Collects everything that is wrong with a folder of video, so that one answer tells all of it. */
export class VideoProblems {
  readonly #errors: ErrorItem[] = [];

  /** `path` on the disc. */
  add(path: string, message: string): void {
    if (this.#errors.length < MOST_LISTED) this.#errors.push({ pointer: path, message });
  }

  /** Throws when there was a problem. */
  refuse(code: ErrorCode): void {
    const [first] = this.#errors;
    if (!first) return;
    const more = this.#errors.length > 1 ? ` There are ${this.#errors.length - 1} more problems.` : '';
    throw new SpindleError(code, `${first.pointer} ${first.message}.${more}`, { errors: this.#errors });
  }
}
