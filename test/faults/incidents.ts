import {
  appendFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemErrorCode } from '../../src/os/system-error.js';
import type { Bench, BenchImage, FileImage } from './bench.js';
import type { HostNature } from './fault-rows.js';

/** Something that is done to the machine while the drive holds a command. */
export interface Incident {
  /** What the cell records. */
  readonly image: BenchImage;
  /** Resolves when it is done. */
  happen(): Promise<void>;
  /** Afterwards all is as it was. */
  end(): Promise<void>;
}

const LIMIT_MS = 30_000;
const POLL_MS = 10;
const STRUCK = 'a fault of the script strikes';

const until = async (isSo: () => boolean, what: string): Promise<void> => {
  for (const deadline = Date.now() + LIMIT_MS; !isSo();) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await sleep(POLL_MS);
  }
};

const logOf = ({ daemon }: Bench, drive: string): string => {
  const path = join(daemon.state, 'log', `worker-${drive}.log`);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

/** Resolves when the drive holds the command that the cell is about. */
const holding = (bench: Bench, drive: string): (() => Promise<void>) => {
  const count = (): number => logOf(bench, drive).split(STRUCK).length;
  const before = count();
  return () => until(() => count() > before, 'the command was held');
};

/** Where the stalling library looks for the file whose reads never come back. */
export const stallPlaces = (folder: string): { file: string; when: string } => ({
  file: join(folder, 'stalled-file'),
  when: join(folder, 'stalling'),
});

let lastImage = 0;
const ownImage = (bench: Bench): Promise<FileImage> => bench.makeImage(`own-${(lastImage += 1)}.iso`);
const nothing = (): Promise<void> => Promise.resolve();

const altered = async (bench: Bench, drive: string): Promise<Incident> => {
  const image = await ownImage(bench);
  const held = holding(bench, drive);
  return {
    image,
    happen: async () => {
      await held();
      const bytes = Buffer.from(image.bytes);
      bytes.fill(0x55, bytes.length - (1 << 20));
      writeFileSync(image.path, bytes);
      utimesSync(image.path, 1_000_000_000, 1_000_000_000);
    },
    end: nothing,
  };
};

const stalled = async (bench: Bench, drive: string): Promise<Incident> => {
  const image = await ownImage(bench);
  const { file, when } = stallPlaces(bench.daemon.folder);
  rmSync(file, { force: true });
  symlinkSync(image.path, file);
  const held = holding(bench, drive);
  return {
    image,
    happen: async () => {
      await held();
      writeFileSync(when, '');
    },
    end: () => {
      rmSync(when, { force: true });
      return Promise.resolve();
    },
  };
};

/** Takes every byte that is left of a file system. */
const fill = (file: string): void => {
  for (let size = 1 << 20; size >= 1; size = Math.floor(size / 2))
    try {
      for (;;) appendFileSync(file, Buffer.alloc(size, 0x55));
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOSPC') throw error;
    }
};

/** What the worker has to say of its attempt is in its journal, which found its place beforehand. */
const journalHasEnded = ({ daemon }: Bench): boolean => {
  const folder = join(daemon.state, 'journal');
  const journals = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  // What was begun on a full disk found no place and was never accepted.
  const accepted = journals.filter((text) => text.includes('"kind":"accepted"'));
  return accepted.every((text) => text.includes('"kind":"ended"'));
};

/** The image is recorded for the first time, so that its digests are still to be kept. */
const full = async (bench: Bench, drive: string): Promise<Incident> => {
  const image = await ownImage(bench);
  const held = holding(bench, drive);
  const balloon = join(bench.daemon.state, 'balloon');
  /** A daemon that cannot note what happened ends; somebody starts it again. */
  const restart = async (): Promise<void> => {
    if (!bench.daemon.isRunning) await bench.daemon.start();
  };
  return {
    image,
    happen: async () => {
      await held();
      // What becomes free meanwhile is taken, too.
      const hasEnded = (): boolean => {
        fill(balloon);
        return journalHasEnded(bench);
      };
      await until(hasEnded, 'the attempt ended on a full disk').finally(() => {
        rmSync(balloon, { force: true });
      });
      await restart();
    },
    // It may end a moment after its worker has.
    end: restart,
  };
};

const INCIDENTS: Readonly<Record<HostNature, (bench: Bench, drive: string) => Promise<Incident>>> = {
  'source-altered': altered,
  'source-stalled': stalled,
  'state-full': full,
};

export const openIncident = (nature: HostNature, bench: Bench, drive: string): Promise<Incident> =>
  INCIDENTS[nature](bench, drive);
