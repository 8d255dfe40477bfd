import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportImage } from '../../src/virtual/medium/export-image.js';
import { hasCompiler } from '../support/compiled.js';
import type { DaemonClient, Frame } from '../support/daemon-client.js';
import { stallingReads } from '../support/stalling-reads.js';
import { WorkerRig, ended, entryOf } from '../support/worker-rig.js';

const MEBIBYTE = 1 << 20;

/** Twenty files of 2 MiB, of which the FIFO of 2 MiB has read no more than the first few when writing begins. */
const rigOf = async (tuning: object = {}): Promise<WorkerRig> => {
  const rig = new WorkerRig({
    drive: { speed: 'realtime' },
    tuning: { fifoBytes: 2 * MEBIBYTE, ...tuning },
  });
  for (let index = 0; index < 20; index += 1) writeFileSync(fileOf(rig, index), randomBytes(2 * MEBIBYTE));
  await rig.master();
  return rig;
};
const fileOf = (rig: WorkerRig, index: number): string =>
  join(rig.source, `file-${String(index).padStart(2, '0')}.bin`);

/** What can be done with the medium afterwards. */
const mediumOf = (end: Record<string, unknown>): string => (end['medium'] as { state: string }).state;

const isWriting = ({ op, progress }: Frame): boolean =>
  op === 'progress' &&
  (progress as { phase: string; done: number }).phase === 'write' &&
  (progress as { done: number }).done > 0;

/** Begins to record and resolves when blocks are on the medium. */
const record = async (rig: WorkerRig): Promise<DaemonClient> => {
  rig.start();
  const client = await rig.connect();
  await client.attach();
  const reply = await rig.begin(client);
  expect(reply).toMatchObject({ op: 'reply' });
  await client.frame(isWriting);
  return client;
};

const insteadOf = (path: string, make: (path: string) => void): void => {
  rmSync(path);
  make(path);
};

/** What becomes of a file that was not read yet, and what the copy ends with. */
const CHANGES: readonly (readonly [string, (path: string) => void, readonly string[]])[] = [
  [
    'grows',
    (path) => {
      appendFileSync(path, 'more');
    },
    ['source-changed'],
  ],
  [
    'shrinks',
    (path) => {
      truncateSync(path, 1000);
    },
    ['source-changed'],
  ],
  ['vanishes', rmSync, ['source-missing']],
  [
    'turns into a link',
    (path) => {
      insteadOf(path, (at) => {
        symlinkSync('/etc/hostname', at);
      });
    },
    ['source-changed', 'source-outside-root', 'source-unsupported'],
  ],
  [
    'turns into a FIFO',
    (path) => {
      insteadOf(path, (at) => {
        execFileSync('mkfifo', [at]);
      });
    },
    ['source-changed', 'source-unsupported'],
  ],
];

describe('a source that changes in mid burn', () => {
  it.each(CHANGES)(
    'and %s ends the copy with its path, and what is left of the medium is said',
    async (_, change, codes) => {
      const rig = await rigOf();
      const client = await record(rig);
      change(fileOf(rig, 19));
      const end = await ended(client);
      expect(end).toMatchObject({ result: 'bad' });
      const { code, detail } = end['problem'] as { code: string; detail: string };
      expect(codes).toContain(code);
      expect(detail).toContain('file-19.bin');
      expect(mediumOf(end)).not.toBe('unknown');
      expect(await client.request({ do: 'report' })).toMatchObject({ value: { contents: 'ready' } });
    },
  );
});

describe('a later copy', () => {
  it('costs no disc when its first bytes are not those of the first, and names the file', async () => {
    const rig = new WorkerRig({ blank: 'dvd+rw' });
    writeFileSync(fileOf(rig, 1), randomBytes(3 * MEBIBYTE));
    await rig.master();
    rig.start();
    const client = await rig.connect();
    await client.attach();
    await rig.begin(client);
    expect(await ended(client)).toMatchObject({ result: 'good' });

    // From now on the bytes come from a spool that somebody damaged.
    await exportImage(rig.medium, `${rig.image}.spool`);
    const spool = openSync(`${rig.image}.spool`, 'r+');
    writeSync(spool, 'damaged', 2 * MEBIBYTE);
    closeSync(spool);
    const assignment = await rig.assignment(client, { onNonBlank: 'erase' });
    await client.request({ do: 'start', assignment: { ...assignment, attempt: 2 } });
    const end = await client.frame(entryOf('ended', { attempt: 2 }));
    expect(end).toMatchObject({ entry: { result: 'refused', problem: { code: 'image-digest-mismatch' } } });
    expect(JSON.stringify(end)).toContain('file-01.bin');
  });
});

describe('a source that stops answering', () => {
  it.skipIf(!hasCompiler())(
    'ends the copy with a code of its own and the medium known; the stuck process leaves after its last entry [gcc]',
    async () => {
      const rig = await rigOf({ sourceStallMs: 1500 });
      const when = join(rig.folder, 'stall');
      rig.environment = stallingReads(fileOf(rig, 19), when);
      writeFileSync(when, '');
      const client = await record(rig);
      const end = await ended(client);
      expect(end).toMatchObject({
        result: 'bad',
        problem: { code: 'source-stalled' },
      });
      expect(mediumOf(end)).not.toBe('unknown');
      expect(await rig.exit()).toEqual([null, 'SIGKILL']);
      expect((await rig.journal())?.at(-1)).toMatchObject({ kind: 'ended', result: 'bad' });

      rig.environment = {};
      rig.start();
      const next = await rig.connect();
      await next.attach(2);
      expect(await next.request({ do: 'report' })).toMatchObject({ value: { contents: 'ready' } });
    },
  );
});

describe('a drive that fails', () => {
  const faults = (script: object[]): object => ({
    do: 'virtual',
    operation: { kind: 'faults', faults: script },
  });

  const recordWith = async (rig: WorkerRig, script: object[]): Promise<DaemonClient> => {
    rig.start();
    const client = await rig.connect();
    await client.attach();
    const assignment = await rig.assignment(client);
    await client.request(faults(script));
    await client.request({ do: 'start', assignment });
    return client;
  };

  it('makes the disc bad with the sense of the command that failed', async () => {
    const rig = new WorkerRig();
    writeFileSync(join(rig.source, 'a'), randomBytes(MEBIBYTE));
    await rig.master();
    const script = [{ when: { lba: 200, access: 'write' }, do: { action: 'sense', sense: '3/0C/00' } }];
    const client = await recordWith(rig, script);
    expect(await ended(client)).toMatchObject({
      result: 'bad',
      problem: { code: 'write-failed', scsi: { sense: '3/0C/00' } },
    });
  });

  it('leaves a closed disc unproven when it vanishes during verification', async () => {
    const rig = new WorkerRig();
    writeFileSync(join(rig.source, 'a'), randomBytes(2 * MEBIBYTE));
    await rig.master();
    const script = [{ when: { lba: 600, access: 'read' }, do: { action: 'unplug' } }];
    const client = await recordWith(rig, script);
    expect(await ended(client)).toMatchObject({
      result: 'unproven',
      problem: { code: 'attempt-unproven' },
    });
    expect(await client.request({ do: 'look' })).toMatchObject({ value: { presence: 'absent' } });
  });

  it('is left by a process that is stuck in it, and the next one finds it again', async () => {
    const rig = new WorkerRig({ tuning: { hangMarginMs: 100 } });
    rig.start();
    const client = await rig.connect();
    await client.attach();
    const [testUnitReady, hang] = [{ opcode: 0 }, { action: 'hang' }];
    // Who set the fault is answered, though the drive, which is looked at then, is not heard of any more.
    await client.request(faults([{ when: testUnitReady, do: hang, times: 1 }]));
    expect(await rig.exit()).toEqual([null, 'SIGKILL']);
    expect(rig.log).toContain('the drive hangs');
  });
});
