import { mayBePlaced } from '../jobs/next-for.js';
import { isAppend } from '../jobs/request.js';
import type { Candidate, Store } from '../jobs/store/store.js';
import { needsImage } from '../jobs/use-of.js';
import type { Logger } from '../log.js';
import type { Mastering } from './fleet.js';
import { freeDrive, isFree, type Objections, type Placeable } from './objections.js';
import { type ImagePlace, placeImage } from './place-image.js';
import { prepareImage } from './prepare-image.js';

interface JobImagesOptions {
  readonly store: Store;
  readonly mastering: Mastering;
  readonly log: Logger;
  drives(): readonly Placeable[];
  readonly objections: Objections;
  /** A job needs another image than it had. */
  readonly onDropped: () => void;
  /** An image could not be begun, for want of room say: that is to be tried again. */
  readonly onFailed: () => void;
}

/** Has the images of jobs made, for the places on media where they go, and drops those whose place is gone. */
export class JobImages {
  readonly #options: JobImagesOptions;
  readonly #preparing = new Set<string>();

  constructor(options: JobImagesOptions) {
    this.#options = options;
  }

  /** Begins the image of a job that needs one and has none. */
  async prepare(candidate: Candidate): Promise<void> {
    if (candidate.image !== undefined || !needsImage(candidate.kind)) return;
    if (this.#preparing.has(candidate.job)) return;
    this.#preparing.add(candidate.job);
    try {
      const place = this.#placeFor(candidate);
      const job = place && (await this.#options.store.getJob(candidate.job));
      if (job) await prepareImage(this.#options, job, place);
    } catch (error) {
      this.#options.log.error({ job: candidate.job, err: error }, 'an image could not be begun');
      this.#options.onFailed();
    } finally {
      this.#preparing.delete(candidate.job);
    }
  }

  /** Makes room for an image at the place that there is now; whether there was one. */
  async drop({ job }: Candidate): Promise<boolean> {
    const dropped = (await this.#options.store.dropImage(job)) !== undefined;
    if (dropped) this.#options.onDropped();
    return dropped;
  }

  /** Where on the medium of the first drive that suits what is appended goes; what such media refuse is told as its reason. */
  #placeFor(candidate: Candidate): ImagePlace | undefined {
    const { request } = candidate;
    const { objections } = this.#options;
    if (!isAppend(request)) return { startBlock: 0 };
    for (const drive of this.#options.drives()) {
      const { report } = drive.unit.state;
      if (!report || !isFree(drive) || objections.rests(drive)) continue;
      if (objections.refused(drive, candidate.job)) continue;
      if (!mayBePlaced(freeDrive(drive), report.medium, candidate)) continue;
      const placed = placeImage(drive.row.id, report, request);
      if ('place' in placed) return placed.place;
      objections.refuse(drive, candidate.job, placed.refusal);
    }
    return undefined;
  }
}
