import type { Command } from 'commander';
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { SpindleError } from '../../errors.js';
import { attempt, virtualDriveRow } from '../../jobs/records.js';
import { shippedPath } from '../../program.js';
import { connectClient, listAll, type Client } from '../client.js';
import type { Context } from '../context.js';
import { startDemoDaemon } from '../demo-daemon.js';
import { prepareDemoSource } from '../demo-source.js';
import { exitCodeOfJob } from '../exit-codes.js';
import { followJob } from '../follow-job.js';
import { createProgressBoard } from '../progress-lines.js';
import { formatBytes, formatDuration } from '../quantities.js';
import { driveView, type DriveView } from '../views.js';

const DRIVES = 4;
const SCOPES = ['status', 'jobs:read', 'jobs:write', 'content:read', 'drives:control'];

/** The part of an attempt's proof that a demonstration must see. */
const fullProof = z.looseObject({
  verify: z.literal('full'),
  placement: z.looseObject({ blocks: z.int() }),
  verified: z.object({ blocks: z.int() }),
});

const BLOCK_BYTES = 2048;

/** What a copy is proven by: every block of the image was read back and compared. */
const checkProof = async (client: Client, job: string): Promise<number> => {
  const copies = await listAll(client, `/v1/jobs/${job}/copies`, z.looseObject({ tries: z.array(attempt) }));
  const good = copies.flatMap(({ tries }) => tries.filter(({ state }) => state === 'good'));
  if (good.length !== DRIVES)
    throw new SpindleError('proof-failed', `${good.length} of ${DRIVES} copies are good.`);
  const blocks = good.map(({ proof }) => {
    const { placement, verified } = fullProof.parse(proof);
    if (verified.blocks !== placement.blocks)
      throw new SpindleError('proof-failed', 'A copy was not verified in full.');
    return placement.blocks;
  });
  return blocks[0] ?? 0;
};

/** SHA-256 of the first `blocks` blocks of what lies in a drive, downloaded from it. */
const digestOfMedium = async (client: Client, drive: string, blocks: number): Promise<string> => {
  const hash = createHash('sha256');
  let left = blocks * BLOCK_BYTES;
  for await (const chunk of await client.stream(`/v1/virtual-drives/${drive}/medium/image`)) {
    const bytes = (chunk as Uint8Array).subarray(0, left);
    hash.update(bytes);
    left -= bytes.length;
  }
  if (left > 0)
    throw new SpindleError(
      'proof-failed',
      `The medium in drive ${drive} holds fewer blocks than were recorded.`,
    );
  return hash.digest('hex');
};

const compareMedia = async (
  client: Client,
  drives: readonly DriveView[],
  blocks: number,
): Promise<string> => {
  const digests = new Set<string>();
  for (const { id } of drives) digests.add(await digestOfMedium(client, id, blocks));
  const [digest, ...others] = digests;
  if (digest === undefined || others.length > 0)
    throw new SpindleError('proof-failed', 'The media hold different bytes.');
  return digest;
};

const whereTheyLie = async (
  client: Client,
  directory: string,
  drives: readonly DriveView[],
): Promise<string> => {
  const rows = (await listAll(client, '/v1/virtual-drives', virtualDriveRow)).filter(({ id }) =>
    drives.some((drive) => drive.id === id),
  );
  const media = rows.map(({ medium = '' }) => path.join(directory, 'state/virtual/media', medium));
  const [first = ''] = media;
  return [
    'The recorded media:',
    ...media.map((folder) => `  ${folder}`),
    'Look at one of them with programs of others:',
    `  npx spindle virtual export ${first} -o disc.iso`,
    '  isoinfo -l -R -i disc.iso | head -50',
    '  xorriso -indev disc.iso -lsl /',
    '  7z l disc.iso | tail -5',
    `Remove everything: rm -r ${directory}`,
  ].join('\n');
};

const demonstrate = async (context: Context, directory: string): Promise<void> => {
  const { note, answer } = context;
  const generated = path.join(directory, 'generated');
  const real = shippedPath('node_modules');
  const { bytes, files, added } = prepareDemoSource(real, generated);
  note(`Source: ${real}${added ? ' and generated files' : ''}, ${files} files, ${formatBytes(bytes)}.`);
  const daemon = await startDemoDaemon(directory, { modules: real, ...(added && { generated }) }, DRIVES);
  try {
    const admin = connectClient({ socket: daemon.socket, url: undefined, token: undefined });
    const { secret: token } = z
      .looseObject({ secret: z.string() })
      .parse(await admin.call('POST', '/v1/tokens', { name: 'demo', scopes: SCOPES }));
    const client = connectClient({ socket: daemon.socket, url: daemon.url, token });
    const drives = await listAll(client, '/v1/drives', driveView);
    note(
      `Daemon: ${daemon.url}/#token=${token}\nDrives: ${drives.map(({ name, medium }) => `${name} with a blank ${medium?.kind ?? '?'}`).join(', ')}.`,
    );
    const began = Date.now();
    const { id } = z.looseObject({ id: z.string() }).parse(
      await client.call('POST', '/v1/jobs', {
        type: 'data',
        label: 'demo',
        sources: [
          { at: '/node_modules', root: 'modules', path: '' },
          ...(added ? [{ at: '/generated', root: 'generated', path: '' }] : []),
        ],
        volume: { identifier: 'SPINDLE_DEMO' },
        copies: DRIVES,
        burn: { verify: 'full' },
      }),
    );
    const job = await followJob(client, id, {
      board: createProgressBoard(context),
      untilWaiting: true,
    });
    process.exitCode = exitCodeOfJob(job);
    if (job.problem) throw new SpindleError(job.problem.code, job.problem.detail);
    const blocks = await checkProof(client, id);
    const digest = await compareMedia(client, drives, blocks);
    const took = formatDuration(Date.now() - began);
    const where = await whereTheyLie(client, directory, drives);
    answer(
      { job, blocks, digest, directory },
      () =>
        `${DRIVES} copies of ${formatBytes(blocks * BLOCK_BYTES)} recorded and verified in ${took}; all hold SHA-256 ${digest}.\n${where}`,
    );
  } finally {
    await daemon.stop();
  }
};

export const demoCommand = (program: Command, context: () => Context): void => {
  program
    .command('demo')
    .description('record a real folder on four virtual drives at once, with a daemon of its own')
    .action(() => demonstrate(context(), mkdtempSync(path.join(tmpdir(), 'spindle-demo-'))));
};
