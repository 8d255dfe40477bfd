import type { Root, Source } from '../image/image.js';
import type { SourcePlace } from '../image/source-now.js';
import { askRoot } from './root-thread.js';

export interface SourceQuestion {
  readonly roots: readonly Root[];
  readonly source: SourcePlace;
}

/**
 * A source as it is now, which may be other than when it was added: whoever makes the image looks anew, too.
 * @throws SpindleError `source-changed` for what is no regular file any more, and what `askRoot` throws.
 */
export const lookAtSource = (question: SourceQuestion): Promise<Source> =>
  askRoot({ program: 'api/source-thread', root: question.source.root, question });
