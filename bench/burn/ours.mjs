// Records an image file on a drive: our engine in front of SG_IO, without daemon, queue and FIFO. Nothing is verified, as other
// programs do not either.
// @ts-check
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { execute } from '../../dist/burn/execute.js';
import { burnOptions } from '../../dist/burn/options.js';
import { planBurn } from '../../dist/burn/plan-burn.js';
import { openDrive } from '../../dist/drive/drive-session.js';
import { readReport } from '../../dist/drive/report.js';
import { REAL_TIMING } from '../../dist/drive/timing.js';
import { waitUntilReady } from '../../dist/drive/wait-until-ready.js';
import { DATA_UNIT } from '../../dist/image/image.js';
import { openSg } from '../../dist/transport/sg.js';

const BLOCK = 2048;
const CHUNK_BLOCKS = 512;

/**
 * Nobody alters the image meanwhile, so that there is nothing to compare.
 *
 * @param {string} file
 * @returns {import('../../src/burn/block-source.js').BlockSource}
 */
const sourceOf = (file) => {
  const descriptor = openSync(file, 'r');
  const chunk = Buffer.alloc(CHUNK_BLOCKS * BLOCK);
  let at = 0;
  let have = 0;
  const refill = () => {
    at = 0;
    have = readSync(descriptor, chunk, 0, chunk.length, null) / BLOCK;
    if (have === 0) closeSync(descriptor);
  };
  return {
    read: async (units) => {
      if (at === have) refill();
      const count = Math.min(units, have - at);
      if (count === 0) return undefined;
      at += count;
      return chunk.subarray((at - count) * BLOCK, at * BLOCK);
    },
    compareSources: () => Promise.resolve(),
    available: () => have - at,
    fill: () => 1,
  };
};

const [device = '', image = '', speed = 'max'] = process.argv.slice(2);
const blocks = statSync(image).size / BLOCK;
const transport = await openSg(device, 'exclusive');
const looking = openDrive({ transport, timing: REAL_TIMING });
await waitUntilReady(looking, { busyMs: 60_000 });
const summary = {
  parts: [{ session: 1, track: 1, unit: DATA_UNIT, start: 'next-writable', length: blocks }],
  bytes: blocks * BLOCK,
  volumeIdentifier: '',
  files: 0,
  directories: 0,
  smallFiles: 0,
  requestDigest: '',
};
const decision = planBurn(await readReport(looking), summary, burnOptions.parse({ verify: 'none', speed }));
if (!('plan' in decision)) throw new Error(JSON.stringify(decision.refusals));
const walk = execute({
  plan: decision.plan,
  session: openDrive({ transport, timing: REAL_TIMING, recording: true }),
  source: sourceOf(image),
  timing: REAL_TIMING,
  signal: new AbortController().signal,
  hooks: { onPhase: async () => undefined, touching: async () => undefined },
  digest: async () => new Uint8Array(32),
});
while (!(await walk.next()).done);
await transport.close();
