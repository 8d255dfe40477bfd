import { EventEmitter } from 'node:events';
import type { ImageProgress } from '../image/image-progress.js';

type Listener = (image: string, progress: ImageProgress | undefined) => void;

/** How far images are that are being made, and drafts for which a disc is read: the latest wins, and it is kept nowhere else. */
export class ImagesUnderway {
  readonly #latest = new Map<string, ImageProgress>();
  readonly #told = new EventEmitter<{ progress: Parameters<Listener> }>();

  /** What is told of an image until it is over. */
  of(image: string): ImageProgress | undefined {
    return this.#latest.get(image);
  }

  tell(image: string, progress: ImageProgress): void {
    this.#latest.set(image, progress);
    this.#told.emit('progress', image, progress);
  }

  /** Before anybody hears what became of it, so that no progress comes behind that. */
  over(image: string): void {
    if (this.#latest.delete(image)) this.#told.emit('progress', image, undefined);
  }

  /** Progress, or undefined where it is over. */
  onProgress(listener: Listener): () => void {
    this.#told.on('progress', listener);
    return () => this.#told.off('progress', listener);
  }
}
