import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { mediumAfter } from '../../src/burn/medium-after.js';
import { burnFailure, burnRig } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const anImage = (blocks: number): Uint8Array => randomBytes(blocks * 2048);

// Novell 656502: drives refuse to close the session of such a medium.
it('closes a BD-R with pseudo overwrite for good, and says so: it has no session that could be closed', async () => {
  const rig = burnRig(temporaryFolder(), { blank: 'bd-r' });
  const options = { pseudoOverwrite: true };
  const plan = await rig.plan(anImage(1333), options);
  await burnFailure(rig, anImage(1333), {
    options,
    faults: [
      { when: { lba: 900, access: 'write' }, do: { action: 'sense', sense: '3/0C/00', deferred: false } },
    ],
  });
  await rig.drive.setFaults([]);
  expect(mediumAfter(plan, (await rig.report()).medium).remedy).toContain('That closes the disc');
  const recovered = await rig.use({ do: 'recover' });
  expect(recovered.plan.warnings.map(({ code }) => code)).toContain('closes-disc');
  expect(recovered.result.medium).toMatchObject({ status: 'complete', sessions: 1 });
});
