import { describe, expect, it } from 'vitest';
import type { DriveReport } from '../../../src/drive/drive.js';
import type { Answer, Command, Transport } from '../../../src/transport/transport.js';
import type { BlankName } from '../../../src/virtual/media.js';
import { createDriveDesk } from '../../../src/worker/drive-desk.js';
import { createObserver } from '../../../src/worker/observer.js';
import type { Observation } from '../../../src/worker/protocol.js';
import { fastTiming } from '../../support/burn-rig.js';
import { sense } from '../../support/scripted-transport.js';
import { silentLog } from '../../support/test-store.js';
import { aReadyDrive } from '../../support/virtual-drive.js';

const TEST_UNIT_READY = 0x00;
const READ_CAPACITY = 0x25;
const GET_CONFIGURATION = 0x46;
const READ_DISC_INFORMATION = 0x51;
const READ_TRACK_INFORMATION = 0x52;
const GET_PERFORMANCE = 0xac;

const nothing = (): void => undefined;

const LOOK_INTERVAL_MS = 3000;

/** A drive that is looked at as a worker does, and answers some questions in its own way for as long as a test wants. */
const watched = async (blank: BlankName) => {
  const { drive } = await aReadyDrive({ blank });
  const timing = fastTiming();
  let answers: Readonly<Record<number, string>> = {};
  /** What the next TEST UNIT READY is told instead of being done. */
  let attention: string | undefined;
  const execute = (command: Command): Promise<Answer> => {
    const opcode = command.cdb[0] ?? 0;
    const told = opcode === TEST_UNIT_READY && attention !== undefined ? attention : answers[opcode];
    if (opcode === TEST_UNIT_READY) attention = undefined;
    return told === undefined ? drive.execute(command) : Promise.resolve(sense(told));
  };
  const open = (): Promise<Transport> => Promise.resolve({ execute, close: () => Promise.resolve() });
  const desk = createDriveDesk({
    access: {
      open,
      openToAsk: open,
      openToLook: open,
      operate: () => Promise.reject(new Error('Nobody operates it.')),
      statistics: () => Promise.reject(new Error('Nobody counts.')),
      deviceName: undefined,
      close: () => Promise.resolve(),
    },
    timing,
    hangMarginMs: 60_000,
    commandLimitMs: 86_400_000,
    onChange: nothing,
    onHung: nothing,
  });
  const observer = createObserver({
    desk,
    deviceName: undefined,
    intervalMs: LOOK_INTERVAL_MS,
    quirks: [],
    log: silentLog,
    onChange: nothing,
  });
  return {
    answer: (some: Readonly<Record<number, string>>): void => {
      answers = some;
    },
    attend: (told: string): void => {
      attention = told;
    },
    report: () => observer.report(),
    look: async (): Promise<Observation> => {
      await timing.sleep(LOOK_INTERVAL_MS);
      return observer.look();
    },
  };
};

const statusIn = ({ report }: Observation): string | undefined =>
  (report as DriveReport | undefined)?.medium?.status;

describe('a drive that is busy or at fault while its medium is read', () => {
  it('is loading where it is busy, and its medium is told once it is not', async () => {
    const { answer, look } = await watched('dvd-r');
    answer({ [READ_DISC_INFORMATION]: '2/04/07' });
    for (let looks = 0; looks < 5; looks++)
      expect(await look()).toEqual(expect.objectContaining({ presence: 'present', contents: 'loading' }));
    answer({});
    expect(statusIn(await look())).toBe('empty');
  });

  it.each([
    [READ_DISC_INFORMATION, 'B/00/00'],
    [READ_DISC_INFORMATION, '4/44/00'],
    [READ_TRACK_INFORMATION, '4/44/00'],
    [GET_CONFIGURATION, 'B/00/00'],
    [READ_CAPACITY, '4/3E/02'],
  ])('tells at the next look what it did not at this one: %i, %s', async (question, told) => {
    const { answer, look } = await watched('dvd-r');
    answer({ [question]: told });
    const failed = await look();
    expect(failed).toMatchObject({
      presence: 'faulted',
      problem: { code: 'drive-fault', scsi: { sense: told } },
    });
    expect(failed.report).toBeUndefined();
    answer({});
    expect(statusIn(await look())).toBe('empty');
  });

  it('tells the rest at last where it never answers a question but by a fault, until it does', async () => {
    const { answer, look, report } = await watched('dvd-r');
    answer({ [GET_PERFORMANCE]: '4/44/00' });
    for (let looks = 0; looks < 2; looks++) expect(await look()).toMatchObject({ presence: 'faulted' });
    // There are two questions by this command.
    for (let looks = 0; looks < 2; looks++) await look();
    const last = await look();
    expect(last).toMatchObject({ presence: 'present', contents: 'ready' });
    expect(statusIn(last)).toBe('empty');
    answer({});
    expect((await report()).medium?.writePace?.zones).not.toEqual([]);
  });

  it('is not taken at its word because several ask at once', async () => {
    const { answer, report } = await watched('dvd-r');
    answer({ [READ_DISC_INFORMATION]: '4/44/00' });
    for (let asked = 0; asked < 5; asked++)
      await expect(report()).rejects.toMatchObject({ code: 'drive-fault' });
  });

  it('is asked anew of the next medium', async () => {
    const { answer, attend, look } = await watched('dvd-r');
    answer({ [READ_DISC_INFORMATION]: '4/44/00' });
    for (let looks = 0; looks < 3; looks++) await look();
    expect(statusIn(await look())).toBe('complete');
    attend('6/28/00');
    expect(await look()).toMatchObject({ presence: 'faulted' });
  });
});

describe('a medium that is at fault', () => {
  it.each(['3/57/00', '2/06/00', '5/24/00'])('is told with what its drive tells of it: %s', async (told) => {
    const { answer, look } = await watched('dvd-r');
    answer({ [READ_DISC_INFORMATION]: told, [READ_CAPACITY]: told });
    expect(await look()).toMatchObject({
      presence: 'present',
      report: { medium: { status: 'complete', readableUnknown: true } },
    });
  });
});
