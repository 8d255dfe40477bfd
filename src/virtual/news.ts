import type { Lie } from './lies.js';
import type { SenseReport } from './refusal.js';

/** Media events of GET EVENT STATUS NOTIFICATION, MMC-5 §6.7.3.4. */
export const MEDIA_EVENT = {
  ejectRequest: 1,
  newMedia: 2,
  mediaRemoval: 3,
  formatComplete: 5,
  formatRestarted: 6,
} as const;
type MediaEventCode = (typeof MEDIA_EVENT)[keyof typeof MEDIA_EVENT];

const MEDIUM_MAY_HAVE_CHANGED = '6/28/00';

/** Commands that a drive of unlimited speed takes to recognise a medium. */
const SETTLING_COMMANDS = 2;
/** Answers to GET CONFIGURATION of a drive whose features are late: how long the reply is, then all of it. */
const LATE_ANSWERS = 2;

/** What the host is still to be told, each thing once, and how far the drive has come with a medium that was put in. */
export class News {
  readonly #attentions: string[] = [];
  readonly #deferred: SenseReport[] = [];
  readonly #events: MediaEventCode[] = [];
  readonly #lies: (lie: Lie) => boolean;
  /** A medium was put in, and the event of it was not read. */
  #arrived = false;
  #settling = 0;
  #lateAnswers = 0;

  constructor(lies: (lie: Lie) => boolean) {
    this.#lies = lies;
  }

  /** Recognising a medium takes a moment; that it is ready then is an event. */
  announceMedium(): void {
    this.#settling = SETTLING_COMMANDS;
    this.#lateAnswers = LATE_ANSWERS;
    this.attend(MEDIUM_MAY_HAVE_CHANGED);
    this.#arrived = !this.#lies('no-events');
    this.raise(MEDIA_EVENT.newMedia);
  }

  /** That another medium was put in was not told yet by attention or by event. */
  get isMediumUntold(): boolean {
    return this.#arrived || this.#attentions.includes(MEDIUM_MAY_HAVE_CHANGED);
  }

  /** A unit attention, told once however often it came about. */
  attend(sense: string): void {
    if (!this.#attentions.includes(sense)) this.#attentions.push(sense);
  }

  /** A failure that no command waits to be told of; of several in the same words the first one counts. */
  defer(report: SenseReport): void {
    if (!this.#deferred.some(({ sense }) => sense === report.sense))
      this.#deferred.push({ ...report, deferred: true });
  }

  /** What is told before anything else, one thing a command: failures first. What is not told now waits for the next command. */
  takeWaiting(): SenseReport | undefined {
    const deferred = this.#deferred.shift();
    if (deferred !== undefined) return deferred;
    const sense = this.#attentions.shift();
    return sense === undefined ? undefined : { sense };
  }

  /** An event for GET EVENT STATUS NOTIFICATION; told twice in a row it is one, and of a medium that has gone nobody is told that it came. */
  raise(event: MediaEventCode): void {
    if (event === MEDIA_EVENT.mediaRemoval) {
      this.#settling = 0; // it will not be recognised any more
      if (this.#events.at(-1) === MEDIA_EVENT.newMedia) this.#events.pop();
    }
    if (this.#events.at(-1) !== event) this.#events.push(event);
  }

  /**
   * The oldest event that was not told yet. That there is a medium is none before it is ready: sr of Linux 6.1 looks at the medium
   * on the event, and at one that is not ready it does not look again.
   */
  takeEvent(): MediaEventCode | undefined {
    if (this.#settling > 0 && this.#events[0] === MEDIA_EVENT.newMedia) return undefined;
    const event = this.#events.shift();
    if (event === MEDIA_EVENT.newMedia) this.#arrived = false;
    return event;
  }

  /** False while the medium is being recognised, which each question brings nearer to its end. */
  settled(): boolean {
    if (this.#settling === 0) return true;
    this.#settling -= 1;
    return false;
  }

  /** Whether the drive knows by now what it can do with the medium; one that is late is asked in vain at first. */
  knowsFeatures(): boolean {
    return !this.#lies('late-features') || (this.#settling === 0 && this.#lateAnswers-- <= 0);
  }
}
