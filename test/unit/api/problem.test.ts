import { describe, expect, it } from 'vitest';
import { failureOf, problemOf } from '../../../src/api/problem.js';
import { SpindleError } from '../../../src/errors.js';
import { problem } from '../../../src/jobs/problem.js';

describe('a problem document', () => {
  it('tells what is the case, what to do and what the drive said', () => {
    const scsi = { command: 'WRITE (10)', cdb: '2a 00', sense: '3/0C/00', lba: 42 };
    const failure = new SpindleError('write-failed', 'WRITE (10): sense 3/0C/00', { scsi });
    const document = problemOf(failure, { instance: '/v1/jobs/x', requestId: 'r' });
    expect(document).toMatchObject({
      type: 'urn:spindle:problem:write-failed',
      code: 'write-failed',
      status: 502,
      detail: 'WRITE (10): sense 3/0C/00',
      instance: '/v1/jobs/x',
      requestId: 'r',
      scsi,
    });
    expect(problem.parse(document)).toEqual(document);
  });

  it('tells nothing of a bug', () => {
    const document = problemOf(failureOf(new TypeError('secret is undefined')));
    expect(document).toMatchObject({ code: 'internal', status: 500 });
    expect(JSON.stringify(document)).not.toContain('secret');
  });
});
