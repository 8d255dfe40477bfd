import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { burnRig, useFailure } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** What a job that verifies says of a DVD+R that differs in its first block from an image, where nobody could look at the discs of the job. */
const said = async (...recordings: object[]) => {
  const rig = burnRig(temporaryFolder(), { blank: 'dvd+r' });
  const sent = Uint8Array.from(randomBytes(1333 * 2048));
  await rig.burn(sent);
  const image = Uint8Array.from(sent);
  image[0]! ^= 1;
  return useFailure(rig, { do: 'verify', options: { recordings } }, { sent: image });
};

it('a medium of another kind is none of the discs at which nobody could look', async () => {
  expect((await said({ start: 0, kind: 'cd-r' })).code).toBe('verify-other-medium');
});

it('of discs at which nobody could look the one is taken of which a track lies where it was recorded', async () => {
  const failure = await said({ start: 4800, kind: 'dvd+r' }, { start: 0, kind: 'dvd+r' });
  expect(failure).toMatchObject({ code: 'verify-mismatch', errors: [{ pointer: 'block 0' }] });
});
