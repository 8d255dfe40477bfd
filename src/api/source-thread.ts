/** Looks at one source for one request and ends; see look-at-source.ts. */
import { SpindleError } from '../errors.js';
import { openRoots } from '../image/roots.js';
import { sourceNow } from '../image/source-now.js';
import { answerFromThread } from './root-thread.js';
import type { SourceQuestion } from './look-at-source.js';

answerFromThread(({ roots, source }: SourceQuestion) => {
  const open = openRoots(roots);
  try {
    const { root, path } = source;
    return sourceNow(
      open,
      source,
      () => new SpindleError('source-changed', `${root}:${path} is no regular file any more.`),
    );
  } finally {
    open.close();
  }
});
