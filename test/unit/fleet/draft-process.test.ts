import { expect, it, onTestFinished } from 'vitest';
import { DraftProcess } from '../../../src/fleet/draft-process.js';
import { FRAME_LIMIT } from '../../../src/worker/frames.js';

it('what is too long to be told to the process of a draft is refused, and the next question is asked', async () => {
  const process = new DraftProcess();
  onTestFinished(() => {
    process.end();
  });
  const at = `/${'a'.repeat(FRAME_LIMIT)}`;
  const tooLong = process.ask({ op: 'apply', edits: [{ do: 'make-directory', at }], onlyNew: false });
  await expect(tooLong).rejects.toMatchObject({ code: 'body-too-large' });
  expect(process.isBusy).toBe(false);
  // Refused by the process itself, where nothing was begun.
  await expect(process.ask({ op: 'weigh' })).rejects.toMatchObject({ code: 'internal' });
});
