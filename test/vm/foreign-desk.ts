import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import type { DriveView } from '../../src/api/drive-view.js';
import { type TestDaemon, sharedDaemon } from '../support/daemon.js';
import { patient } from '../support/patient.js';
import { ForeignDrive } from './foreign-drive.js';

/** As in sharing.test.ts: the daemon has no more rights than a service. */
export const SERVICE = 65534;

/** One daemon with the foreign drive for all tests of a file. */
export class ForeignDesk {
  readonly daemon: TestDaemon = sharedDaemon({ user: SERVICE, workers: { lookIntervalMs: patient(250) } });
  foreign!: ForeignDrive;
  /** The daemon's name of the drive. */
  drive = '';

  constructor() {
    beforeAll(async () => {
      this.foreign = await ForeignDrive.connect({
        folder: mkdtempSync(join(tmpdir(), 'fd-')),
        group: SERVICE,
      });
      this.drive = (await this.meet(({ location }) => location.device === this.foreign.device)).id;
      await this.blankSeen();
    });
    afterAll(() => {
      this.foreign.switchOff();
    });
  }

  /** The drive that is so, once the daemon has found it. */
  async meet(isIt: (drive: DriveView) => boolean): Promise<DriveView> {
    for (;;) {
      const drive = (await this.daemon.api.drives()).find(isIt);
      if (drive) return drive;
      await sleep(50);
    }
  }

  /** Resolves when the daemon sees a blank in the free drive. */
  async blankSeen(): Promise<void> {
    await this.daemon.api.driveUntil(
      this.drive,
      ({ holding, medium }) => holding === 'free' && medium?.kind === 'dvd+r' && medium.status === 'empty',
    );
  }

  /** Resolves when the drive is free and has its medium. */
  async idle(): Promise<void> {
    await this.daemon.api.driveUntil(
      this.drive,
      ({ holding, contents }) => holding === 'free' && contents === 'ready',
    );
  }

  /** Pulls the drive out and puts it in again: without a media event nothing else makes the kernel forget a capacity. */
  async replug(): Promise<void> {
    this.foreign.unplug();
    await this.foreign.plugIn();
  }

  /** Puts in a blank, which the daemon sees. */
  async blank(): Promise<void> {
    this.foreign.takeOut();
    await this.daemon.api.driveUntil(this.drive, ({ contents }) => contents !== 'ready');
    this.foreign.insertBlank();
    await this.blankSeen();
  }
}

/** Contents of all files beneath a folder, by their paths. */
export const filesBelow = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((file): [string, string] => [file.slice(folder.length), readFileSync(file, 'latin1')])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
