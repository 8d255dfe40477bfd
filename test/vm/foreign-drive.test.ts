import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { openSg } from '../../src/transport/sg.js';
import { type CliResult, runCli } from '../support/cli.js';
import { cell } from '../support/matrix-cell.js';
import {
  MODE_SELECT,
  READ_CAPACITY,
  SYNCHRONIZE_CACHE,
  closeCommand,
  endOf,
  numberedBlocks,
  readsAs,
  replyOf,
  trackInformation,
  untilReady,
  writeBlocks,
  writeParameters,
} from '../support/raw-command.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { ForeignDesk, filesBelow } from './foreign-desk.js';
import { MOUNT_POINT, holdExclusively, holdShared, mount, unmount } from './holder.js';
import { commandsOf } from './transcript.js';

const desk = new ForeignDesk();
const { api, socket, source } = desk.daemon;
let recording: string;

const burn = (options: object): Promise<string> =>
  api.submit(folderJob('folder', options, { drives: [desk.drive] }));

/** What the daemon is asked to do while somebody else has the drive, and whether the drive hears of it. */
const expectLeftAlone = async (): Promise<void> => {
  const before = desk.foreign.commands();
  const eject = `/v1/drives/${desk.drive}/actions/eject`;
  expect((await api.refused('POST', eject, {})).code).toBe('drive-foreign-busy');
  expect(desk.foreign.commands()).toBe(before);
};

/** Resolves with what a job waits for that cannot have the drive. */
const busyReason = async (job: string): Promise<string> => {
  const { reasons } = await api.jobUntil(job, (one) => one.reasons[0]?.code === 'drives-busy');
  expect(reasons).toMatchObject([{ drive: desk.drive }]);
  return reasons[0]?.detail ?? '';
};

beforeAll(() => {
  fillFolder(source, 'folder', 3);
});

const spindle = (...args: string[]): Promise<CliResult> => runCli(['--socket', socket, ...args]);

describe('a recorder that others wrote', () => {
  it('is listed by its device', async () => {
    const { stdout } = await spindle('drives');
    expect(stdout.toString()).toContain(desk.foreign.device);
  });

  // A person at the command line records; the kernel mounts it.
  cell({ medium: 'dvd+r', mode: 'image', performer: 'our engine on tgt', always: true }, async () => {
    const burned = await spindle(
      'burn',
      join(source, 'folder'),
      '-d',
      desk.foreign.device,
      '--verify',
      'full',
    );
    expect(burned, burned.stderr).toMatchObject({ code: EXIT.ok });
    const [job] = JSON.parse((await spindle('--json', 'jobs')).stdout.toString()) as [{ id: string }];
    recording = job.id;
    await desk.replug();
    mount(desk.foreign.device);
    expect(filesBelow(MOUNT_POINT)).toEqual(filesBelow(join(source, 'folder')));
    unmount();
  });

  // Typed from MMC-5 §6.4, §6.3, §6.39 and §6.41; the drive has judged each of them.
  it('is sent the commands of the recipe in their order, and refuses none that the recipe needs', async () => {
    const commands = await commandsOf(api, recording);
    const moves = new Set(['00', '12', '25', '46', '51', '52', '5a', 'ac', 'ad', '4a', '23', '28', '2a']);
    expect(
      commands.filter(({ opcode }) => !moves.has(opcode)).map(({ cdb, end }) => `${cdb} ${end}`),
    ).toEqual([
      '1e 00 00 00 01 00 good',
      'b6 00 00 00 00 00 00 00 00 00 1c 00 good',
      '35 02 00 00 00 00 00 00 00 00 good',
      '5b 01 01 00 00 01 00 00 00 00 good',
      '5b 01 06 00 00 00 00 00 00 00 good',
      '1e 00 00 00 00 00 good',
    ]);
    const refused = commands.filter(({ end }) => end !== 'good').map(({ opcode, end }) => `${opcode} ${end}`);
    expect([...new Set(refused)]).toEqual(['4a 5/20/00', '23 5/20/00']);
  });

  it('is sent each block once, in order, from the address that it has given', async () => {
    const writes = (await commandsOf(api, recording)).filter(({ opcode }) => opcode === '2a');
    let next = 0;
    for (const { cdb, end } of writes) {
      const bytes = cdb.split(' ').map((byte) => Number.parseInt(byte, 16));
      const [address, count] = [bytes.slice(2, 6), bytes.slice(7, 9)].map((field) =>
        field.reduce((value, byte) => value * 256 + byte),
      );
      expect([address, end]).toEqual([next, 'good']);
      next += count ?? 0;
    }
    expect(next).toBeGreaterThan(3 * 512);
  });
});

describe('others who use the drive', () => {
  it('by a mount are named to a job that waits for it and goes on when it is over', async () => {
    await desk.idle();
    mount(desk.foreign.device);
    const verify = await api.submit({ type: 'verify', job: recording, drives: [desk.drive] });
    expect(await busyReason(verify)).toContain(`mount ${MOUNT_POINT}`);
    await expectLeftAlone();
    unmount();
    expect(await api.ended(verify)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('by an exclusive open are named likewise; another one that opens it while it is recorded does no harm', async () => {
    await desk.blank();
    const program = await holdExclusively(desk.foreign.device, 0);
    const job = await burn({ verify: 'full' });
    expect(await busyReason(job)).toContain(`python3 (pid ${program.pid})`);
    await expectLeftAlone();
    await program.letGo();
    await api.inPhase(job, 'write');
    await holdShared(desk.foreign.device, 0);
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });
});

describe('a recorder that does otherwise than it says', () => {
  // This one answers GOOD to CLOSE TRACK/SESSION of the session and finalizes.
  it('has recorded no good disc: the medium is not what the plan has foretold', async () => {
    await desk.blank();
    const job = await burn({ close: 'session' });
    expect(await api.ended(job)).toMatchObject({
      state: 'failed',
      problem: { code: 'proof-failed', errors: [{ pointer: '/medium' }] },
    });
    const closes = (await commandsOf(api, job)).filter(({ opcode }) => opcode === '5b');
    expect(closes.map(({ cdb, end }) => `${cdb} ${end}`)).toEqual([
      '5b 01 01 00 00 01 00 00 00 00 good',
      '5b 01 02 00 00 00 00 00 00 00 good',
    ]);
    expect((await api.copies(job))[0]).toMatchObject({ state: 'bad' });
  });
});

describe('the kernel’s SG_IO', () => {
  it('carries the commands of a recording, what they move and what is refused', async () => {
    await desk.blank();
    const drive = await openSg(desk.foreign.device, 'exclusive');
    try {
      await untilReady(drive);
      const blocks = numberedBlocks(32);
      // An empty track of all 2,295,104 blocks of a DVD+R.
      expect(await trackInformation(drive, 1)).toBe(
        '00 26 01 01 00 07 41 01 00 00 00 00 00 00 00 00 00 23 05 40 00 00 00 10 00 23 05 40',
      );
      const trace = [
        ['READ of a blank', await replyOf(drive, '28 00 00 00 00 00 00 00 01 00', 2048)],
        ['RESERVE TRACK', await endOf(drive, '53 00 00 00 00 00 00 00 20 00')],
        ['GET EVENT STATUS', await replyOf(drive, '4a 01 00 00 10 00 00 00 08 00', 8)],
        ['BLANK', await endOf(drive, 'a1 11 00 00 00 00 00 00 00 00 00 00')],
        ['MODE SELECT', await endOf(drive, MODE_SELECT, writeParameters(0x60, 0xc4, 8))],
        ['WRITE', await writeBlocks(drive, 0, blocks)],
        ['SYNCHRONIZE CACHE', await endOf(drive, SYNCHRONIZE_CACHE)],
        ['CLOSE TRACK', await endOf(drive, closeCommand(1, 1))],
        ['CLOSE SESSION', await endOf(drive, closeCommand(6))],
        ['READ CAPACITY', await replyOf(drive, READ_CAPACITY, 8)],
        ['WRITE to a closed disc', await writeBlocks(drive, 32, blocks)],
      ];
      expect(trace).toEqual([
        ['READ of a blank', '5/21/00'],
        ['RESERVE TRACK', '5/20/00'],
        ['GET EVENT STATUS', '5/20/00'],
        ['BLANK', '5/20/00'],
        ['MODE SELECT', 'good'],
        ['WRITE', 'good'],
        ['SYNCHRONIZE CACHE', 'good'],
        ['CLOSE TRACK', 'good'],
        ['CLOSE SESSION', 'good'],
        ['READ CAPACITY', '00 00 00 1f 00 00 08 00'],
        ['WRITE to a closed disc', '5/30/05'],
      ]);
      expect(await readsAs(drive, 0, blocks)).toBe(true);
    } finally {
      await drive.close();
    }
  });
});
