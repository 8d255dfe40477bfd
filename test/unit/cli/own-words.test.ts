import { describe, expect, it } from 'vitest';
import { INTERRUPTED_MEDIUM, MEDIUM_AMBIGUOUS } from '../../../src/burn/medium-after.js';
import { inOwnWords, remedyFor } from '../../../src/cli/own-words.js';
import { ERRORS } from '../../../src/errors.js';

/** Words that only a client of the API knows: paths, methods, headers, fields and types of requests. */
const OF_THE_API =
  /\/v1|\/docs|`[a-z]+[A-Z]\w*|\b(POST|PUT|GET|DELETE|PATCH)\b|onNonBlank|onUnreadable|: (false|true)\b|If-(None-)?Match|Idempotency|Retry-After|Content-Length|\bheader\b|`(errors|detail|image|source|import|hybrid|medium|tracks|spares|close|overburn|simulate|speed|limit|none|ready|full|method|type|draft|stream|verify|recover)\b|of type|application\/json/;

describe('what helps, as the command line says it', () => {
  it.each(Object.keys(ERRORS))('has no words of the API for %s', (code) => {
    expect(remedyFor(code)).not.toMatch(OF_THE_API);
  });

  it('names options and commands', () => {
    expect(remedyFor('medium-not-blank')).toContain('--on-non-blank erase');
    expect(remedyFor('medium-unfinished')).toContain('spindle recover DRIVE');
    expect(remedyFor('entry-without-contents')).toContain('`spindle image show`');
    expect(remedyFor('disc-needed')).toContain('repeat the command');
    expect(remedyFor('layer-break-unsupported')).toContain('--layer-break');
    expect(remedyFor('boot-hybrid-unfit')).toContain('`spindle master --udf REVISION`');
  });

  it('is nothing for a code that a later daemon brings', () => {
    expect(remedyFor('moon-too-far')).toBeUndefined();
    expect(remedyFor('toString')).toBeUndefined();
  });

  it('is said so of what is left of a medium, too', () => {
    for (const { remedy } of [INTERRUPTED_MEDIUM, MEDIUM_AMBIGUOUS])
      expect(inOwnWords(remedy)).toContain('`spindle recover DRIVE` closes or finishes');
    expect(inOwnWords('another session can follow it with onNonBlank: append, and import: false')).toBe(
      'another session can follow it with --append, and --no-import',
    );
  });
});
