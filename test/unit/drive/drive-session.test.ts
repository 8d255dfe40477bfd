import { describe, expect, it } from 'vitest';
import { toDrive, withoutData } from '../../../src/drive/command.js';
import { type DriveSession, openDrive } from '../../../src/drive/drive-session.js';
import { ifKnown } from '../../../src/drive/if-known.js';
import { waitUntilReady } from '../../../src/drive/wait-until-ready.js';
import { testUnitReady } from '../../../src/scsi/commands/test-unit-ready.js';
import { write10 } from '../../../src/scsi/commands/write-10.js';
import { writeAndVerify10 } from '../../../src/scsi/commands/write-and-verify-10.js';
import type { Answer } from '../../../src/transport/transport.js';
import { fastTiming } from '../../support/burn-rig.js';
import { type ScriptedTransport, good, scriptedTransport, sense } from '../../support/scripted-transport.js';

const READY = withoutData(testUnitReady, {});
const WRITE = toDrive(write10, { logicalBlockAddress: 320, transferLength: 1 }, new Uint8Array(2048));

const drive = (
  script: Answer[],
  recording = false,
): { session: DriveSession; transport: ScriptedTransport } => {
  const transport = scriptedTransport(...script);
  return { transport, session: openDrive({ transport, timing: fastTiming(), recording }) };
};

/** One that has already begun to alter its medium. */
const altering = async (answer: Answer): Promise<DriveSession> => {
  const { session } = drive([good(), answer], true);
  await session.run(WRITE);
  return session;
};

const times = (count: number, answer: Answer): Answer[] => Array.from({ length: count }, () => answer);

describe('a command to a drive', () => {
  it.each(['2/04/01', '2/04/04', '2/04/07', '2/04/08'])(
    'is repeated while the drive says %s',
    async (busy) => {
      const { session, transport } = drive(times(7, sense(busy)));
      await expect(session.run(READY)).resolves.toBeDefined();
      expect(transport.sent).toHaveLength(8);
    },
  );

  it('is given up when the drive stays busy for longer than it may', async () => {
    const { session } = drive(times(10_000, sense('2/04/07')));
    await expect(session.run(READY, { busyMs: 3000 })).rejects.toMatchObject({ code: 'drive-busy' });
  });

  it('is not waited for when a bridge says for ever that it does not know why it is not ready', async () => {
    const { session, transport } = drive(times(10_000, sense('2/04/00')));
    await expect(session.run(READY)).rejects.toMatchObject({ code: 'drive-becoming-ready' });
    expect(transport.sent.length).toBeLessThan(30);
  });

  it.each(['0/00/00', '1/17/01'])('was done although the drive says %s', async (harmless) => {
    const { session, transport } = drive([sense(harmless)]);
    await session.run(READY);
    expect(transport.sent).toHaveLength(1);
  });

  it('was done although a bridge says CHECK CONDITION and not why', async () => {
    const silent: Answer = {
      status: 'check-condition',
      sense: new Uint8Array(0),
      data: new Uint8Array(0),
      moved: 0,
    };
    await expect(drive([silent]).session.run(READY)).resolves.toBeDefined();
  });

  it('counts as done after 0/00/00 or no sense, but no WRITE does', async () => {
    const silent: Answer = { ...sense('0/00/00'), sense: new Uint8Array(0) } as Answer;
    for (const answer of [sense('0/00/00'), silent])
      await expect(drive([answer], true).session.attempt(WRITE)).resolves.toMatchObject({
        ok: false,
        status: 'check-condition',
        error: { code: 'drive-fault' },
      });
    const recovered = await drive([sense('1/0C/01')], true).session.attempt(WRITE);
    expect(recovered).toMatchObject({ ok: true, status: 'check-condition', sense: { key: 1 } });
  });

  it('fails when the drive never comes to an end of telling earlier recovered errors', async () => {
    const { session, transport } = drive(times(10_000, sense('1/0C/00', { deferred: true })), true);
    const since = session.timing.now();
    await expect(session.run(READY)).rejects.toMatchObject({ code: 'drive-fault', scsi: { deferred: true } });
    expect(transport.sent.length).toBeLessThan(30);
    expect(session.timing.now() - since).toBeGreaterThan(100);
  });

  it('is repeated past the failures of somebody else, when nothing is being recorded', async () => {
    const { session, transport } = drive([
      sense('3/0C/00', { deferred: true }),
      sense('4/09/00', { deferred: true }),
    ]);
    await session.run(READY);
    expect(transport.sent).toHaveLength(3);
  });

  it.each([READY, WRITE])(
    'is repeated past them before a recording has altered anything, too: $name',
    async (command) => {
      const { session, transport } = drive([sense('3/0C/00', { deferred: true })], true);
      await session.run(command);
      expect(transport.sent).toHaveLength(2);
    },
  );

  it('was not done when the drive tells of an earlier recovered error instead', async () => {
    const { session, transport } = drive([sense('1/0C/00', { deferred: true })]);
    await session.run(READY);
    expect(transport.sent).toHaveLength(2);
  });

  it('is repeated after a new medium and a reset, when nothing is being recorded', async () => {
    const { session, transport } = drive([sense('6/29/00'), sense('6/28/00')]);
    await session.run(READY);
    expect(transport.sent).toHaveLength(3);
  });

  it.each([
    ['6/28/00', 'medium-changed'],
    ['6/29/00', 'drive-reset'],
  ])('ends the recording with %s', async (attention, code) => {
    const { session, transport } = drive([sense(attention)], true);
    await expect(session.run(WRITE)).rejects.toMatchObject({ code });
    expect(transport.sent).toHaveLength(1);
  });

  it('is repeated once after a failure of the bus, but not a WRITE', async () => {
    const failing = [sense('B/08/03')];
    await expect(drive(failing).session.run(READY)).resolves.toBeDefined();
    await expect(drive(failing).session.run(WRITE)).rejects.toMatchObject({
      code: 'drive-fault',
    });
  });

  it('starts a drive that wants to be started', async () => {
    const { session, transport } = drive([sense('2/04/02'), good(), sense('2/04/01')]);
    await session.run(READY);
    expect(transport.sent.map(({ name }) => name)).toEqual([
      'TEST UNIT READY',
      'START STOP UNIT',
      'TEST UNIT READY',
      'TEST UNIT READY',
    ]);
  });

  it.each(['2/30/00', '3/31/00', '3/57/00'])(
    'is not waited for when the drive says what is wrong with its medium: %s',
    async (told) => {
      const { session, transport } = drive([sense('2/04/01'), sense(told)]);
      await waitUntilReady(session, { busyMs: 60_000 });
      expect(transport.sent).toHaveLength(2);
    },
  );

  it('is waited for in vain when the medium is gone', async () => {
    const { session } = drive([sense('2/04/01'), sense('2/3A/01')]);
    await expect(waitUntilReady(session, { busyMs: 60_000 })).rejects.toMatchObject({
      code: 'medium-not-present',
    });
  });

  it('tells how far the drive is with what it is busy with', async () => {
    const told: number[] = [];
    const { session } = drive([sense('2/04/04', { progress: 0.25 }), sense('2/04/04', { progress: 0.75 })]);
    await session.run(READY, { onProgress: (fraction) => told.push(fraction) });
    expect(told).toEqual([0.25, 0.75]);
  });

  it('stops waiting when that is wished', async () => {
    const controller = new AbortController();
    const { session } = drive(times(10_000, sense('2/04/07')));
    const waiting = session.run(READY, {
      signal: controller.signal,
      onProgress: () => undefined,
      busyMs: 3_600_000,
    });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});

describe('a failure', () => {
  it('says which command, which block and which sense', async () => {
    const { session } = drive([sense('3/0C/00')]);
    await expect(session.run(WRITE)).rejects.toMatchObject({
      code: 'write-failed',
      message: 'WRITE (10) at block 320: 3/0C/00, write error.',
      scsi: { command: 'WRITE (10)', cdb: '2a 00 00 00 01 40 00 00 01 00', sense: '3/0C/00', lba: 320 },
    });
  });

  it('says which block of a write with verification, too', async () => {
    const fields = { logicalBlockAddress: 700, transferLength: 1 };
    const { session } = drive([sense('3/0C/00')]);
    await expect(session.run(toDrive(writeAndVerify10, fields, new Uint8Array(2048)))).rejects.toMatchObject({
      scsi: { command: 'WRITE AND VERIFY (10)', lba: 700 },
    });
  });

  it('names the block that the drive names', async () => {
    const { session } = drive([sense('3/0C/00', { information: 325 })]);
    await expect(session.run(WRITE)).rejects.toMatchObject({ scsi: { lba: 325 } });
  });

  it('of an earlier command is not blamed on the block of this one', async () => {
    const session = await altering(sense('3/0C/00', { deferred: true }));
    const failed: unknown = await session.run(WRITE).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'write-failed', scsi: { deferred: true } });
    expect(failed).not.toHaveProperty('scsi.lba');
  });

  it('of an earlier command is no answer that a recording could do without', async () => {
    for (const told of ['3/0C/00', '5/24/00', '4/44/00']) {
      const session = await altering(sense(told, { deferred: true }));
      await expect(session.attempt(READY)).rejects.toMatchObject({ scsi: { sense: told, deferred: true } });
      const asked = await altering(sense(told, { deferred: true }));
      await expect(ifKnown(() => asked.run(READY))).rejects.toMatchObject({ scsi: { deferred: true } });
    }
  });

  it.each([
    [0x03, 'drive-timeout'],
    [0x08, 'drive-reset'],
    [0x01, 'drive-lost'],
    [0x04, 'drive-lost'],
    [0x02, 'drive-link-failed'],
    [0x05, 'drive-link-failed'],
    [0x06, 'drive-link-failed'],
    [0x07, 'drive-link-failed'],
    [0x0b, 'drive-link-failed'],
  ])('of the bus with host status %i has the code %s', async (hostStatus, code) => {
    const { session, transport } = drive([{ status: 'transport-error', hostStatus, moved: 0 }]);
    await expect(session.run(WRITE)).rejects.toMatchObject({ code, scsi: { hostStatus } });
    expect(transport.sent).toHaveLength(1);
  });

  // DID_SOFT_ERROR, which libburn repeats.
  it('of the bus that the host wants to be repeated is, once, but for what alters the medium', async () => {
    const soft: Answer = { status: 'transport-error', hostStatus: 0x0b, moved: 0 };
    const { session, transport } = drive([soft]);
    await session.run(READY);
    expect(transport.sent).toHaveLength(2);
    await expect(drive([soft, soft]).session.run(READY)).rejects.toMatchObject({ code: 'drive-link-failed' });
  });

  it('says that another program has reserved the drive', async () => {
    const { session } = drive([{ status: 'reservation-conflict', moved: 0 }]);
    await expect(session.run(READY)).rejects.toMatchObject({ code: 'drive-foreign-busy' });
  });
});
