import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BlockSource } from '../../src/burn/block-source.js';
import { type Result, type Work, execute } from '../../src/burn/execute.js';
import type { BurnOptions } from '../../src/burn/options.js';
import type { BurnPlan, Plan } from '../../src/burn/plan.js';
import { planBurn } from '../../src/burn/plan-burn.js';
import { planUse } from '../../src/burn/plan-use.js';
import type { Phase, Progress } from '../../src/burn/progress.js';
import { type DriveUse, driveUse } from '../../src/burn/use.js';
import type { DriveContents, DriveReport } from '../../src/drive/drive.js';
import { openDrive } from '../../src/drive/drive-session.js';
import { look } from '../../src/drive/look.js';
import type { QuirkRow } from '../../src/drive/quirk.js';
import { readReport } from '../../src/drive/report.js';
import type { Timing } from '../../src/drive/timing.js';
import { waitUntilReady } from '../../src/drive/wait-until-ready.js';
import { SpindleError, isSpindleError } from '../../src/errors.js';
import type { ImageSummary } from '../../src/image/image.js';
import type { Logger } from '../../src/log.js';
import type { Answer, Command, Transport } from '../../src/transport/transport.js';
import { type DriveSpec, createVirtualDrive, insertMedium } from '../../src/virtual/drive-folder.js';
import { type Clock, sleep } from '../../src/virtual/clock.js';
import type { Fault } from '../../src/virtual/faults.js';
import type { BlankName } from '../../src/virtual/media.js';
import type { ModelName } from '../../src/virtual/models.js';
import { createMedium } from '../../src/virtual/medium/medium-store.js';
import { type VirtualTarget, openVirtualDrive } from '../../src/virtual/virtual-target.js';
import { anImage, withOptions } from './drive-report.js';
import { manualClock } from './manual-clock.js';

const BLOCK = 2048;
const MEBIBYTE = 1024 * 1024;

const silence = (): void => undefined;
const QUIET: Logger = {
  trace: silence,
  debug: silence,
  info: silence,
  warn: silence,
  error: silence,
  fatal: silence,
  child: () => QUIET,
};

/** A clock that sleeping moves on, and looking at it a little, so that no test waits. */
export const fastTiming = (): Timing => {
  let now = 0;
  return {
    now: () => (now += 5),
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      now += milliseconds;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
};

/** An image in memory as a FIFO gives it: in views that end where the ring does, every `ring` blocks. */
export const memorySource = (image: Uint8Array, ring = 24): BlockSource => {
  let at = 0;
  const left = (): number => image.length / BLOCK - at;
  return {
    read: (units) => {
      const count = Math.min(units, left(), ring - (at % ring));
      if (count <= 0) return Promise.resolve(undefined);
      const view = image.subarray(at * BLOCK, (at + count) * BLOCK);
      at += count;
      return Promise.resolve(view);
    },
    compareSources: () => Promise.resolve(),
    available: left,
    fill: () => (left() > 0 ? 1 : 0),
  };
};

/** Digests as the first stream through an image fixes them; each part begins a new mebibyte. */
const digestsOf = (image: Uint8Array, parts: ImageSummary['parts']): Work['digest'] => {
  const digests: Uint8Array[] = [];
  let at = 0;
  for (const { length } of parts) {
    const end = at + length * BLOCK;
    for (; at < end; at = Math.min(end, at + MEBIBYTE))
      digests.push(
        createHash('sha256')
          .update(image.subarray(at, Math.min(end, at + MEBIBYTE)))
          .digest(),
      );
  }
  return (mebibyte) => Promise.resolve(digests[mebibyte] ?? new Uint8Array());
};

export interface Rig {
  readonly drive: VirtualTarget;
  readonly mediumFolder: string;
  /** Every command that reached the drive. */
  readonly commands: Command[];
  report(): Promise<DriveReport>;
  contents(): Promise<DriveContents>;
  plan(image: Uint8Array, options?: Partial<BurnOptions>, parts?: ImageSummary['parts']): Promise<BurnPlan>;
  burn(image: Uint8Array, how?: How): Promise<Burned>;
  /** Uses the drive without recording an image. `sent` is the image that is compared. */
  use(use: UseRequest, how?: UseHow): Promise<Used>;
}

/** A use with the options that matter to the test; the others are the defaults. */
export interface UseRequest {
  readonly do: Exclude<DriveUse['do'], 'burn'>;
  readonly options?: Record<string, unknown>;
}

interface UseHow {
  readonly sent?: Uint8Array;
  readonly faults?: Fault[];
}

interface Used {
  readonly plan: Plan;
  readonly result: Result;
  readonly progress: readonly Progress[];
  /** What was read. */
  readonly bytes: Uint8Array;
}

export interface How {
  readonly options?: Partial<BurnOptions>;
  readonly source?: BlockSource;
  /** Of the image, where it is not one that goes where the next block does. */
  readonly parts?: ImageSummary['parts'];
  readonly controller?: AbortController;
  readonly work?: Partial<Work>;
  /** Instead of those of the rig. */
  readonly faults?: Fault[];
  /** What is to happen when a phase begins. */
  readonly onPhase?: (phase: Phase) => void;
  readonly onProgress?: (progress: Progress) => void;
  /** Before a command reaches the drive; what it answers comes instead of the drive's answer. */
  readonly intercept?: (command: Command) => Answer | Promise<Answer> | undefined;
}

interface Burned {
  readonly plan: BurnPlan;
  readonly result: Result;
  readonly phases: readonly Phase[];
  readonly progress: readonly Progress[];
}

const interceptedTransport = (drive: VirtualTarget, intercept: NonNullable<How['intercept']>): Transport => ({
  get maxTransferBytes() {
    return drive.maxTransferBytes;
  },
  execute: (command) => {
    const instead = intercept(command);
    return instead ? Promise.resolve(instead) : drive.execute(command);
  },
  close: () => drive.close(),
});

export interface RigChoice extends Partial<DriveSpec> {
  readonly blank: BlankName;
  readonly capacity?: number;
  readonly faults?: Fault[];
  /** Folder of one that was recorded elsewhere and taken out there, instead of a new one. */
  readonly medium?: string;
  /** The tab of its cartridge. */
  readonly tab?: boolean;
  /** Instead of a clock that only sleeping moves on. */
  readonly time?: RacingTime;
  /** Of the configuration. */
  readonly quirks?: readonly QuirkRow[];
}

const modelOf = (blank: BlankName): ModelName => {
  if (blank.startsWith('removable-disk')) return 'disk-drive';
  return blank.includes('-xl') ? 'bdxl-writer' : 'bd-writer';
};

interface RacingTime {
  readonly timing: Timing;
  readonly clock: Clock;
}

/** Time of a drive in real time and of whoever waits for it: when nothing else is to be done, the next alarm rings. */
export const racingTime = (): RacingTime => {
  const manual = manualClock();
  const alarms: number[] = [];
  const race = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    const next = Math.min(...alarms);
    alarms.splice(alarms.indexOf(next), 1);
    await manual.turn(Math.max(0, next - manual.now()));
  };
  const clock: Clock = {
    now: () => manual.now(),
    after: (ms, ring) => {
      alarms.push(manual.now() + ms);
      void race();
      return manual.after(ms, ring);
    },
  };
  return { clock, timing: { now: () => manual.now(), sleep: (ms) => sleep(clock, ms) } };
};

/** A virtual drive with a blank medium, at unlimited speed; once more in the same folder, the drive after a loss of power. */
export const burnRig = (
  folder: string,
  { blank, capacity, medium, faults = [], quirks = [], tab = false, time, ...spec }: RigChoice,
): Rig => {
  const driveFolder = join(folder, 'drive');
  const mediumFolder = medium ?? join(folder, 'medium');
  if (!existsSync(driveFolder)) {
    createVirtualDrive(driveFolder, { model: modelOf(blank), slowCommands: 3, ...spec });
    if (medium === undefined) createMedium(mediumFolder, blank, capacity, { tab });
    insertMedium(driveFolder, mediumFolder);
  }
  const drive = openVirtualDrive(driveFolder, { log: QUIET, ...(time && { clock: time.clock }) });
  const commands: Command[] = [];
  let intercept: How['intercept'];
  const transport = interceptedTransport(drive, (command) => {
    commands.push(command);
    return intercept?.(command);
  });
  const timing = time?.timing ?? fastTiming();

  const report = async (): Promise<DriveReport> => {
    const session = openDrive({ transport, timing });
    await waitUntilReady(session, { busyMs: 60_000 });
    return readReport(session, quirks);
  };

  const contents = async (): Promise<DriveContents> =>
    (await look(openDrive({ transport, timing }))).contents;

  const plan: Rig['plan'] = async (image, options = {}, parts) => {
    const summary = anImage(image.length / BLOCK, parts && { parts });
    const decision = planBurn(await report(), summary, withOptions(options));
    if (!('plan' in decision)) throw new Error(JSON.stringify(decision.refusals));
    return decision.plan;
  };

  const burn = async (image: Uint8Array, how: How = {}): Promise<Burned> => {
    const planned = await plan(image, how.options, how.parts);
    await drive.setFaults(how.faults ?? faults);
    intercept = how.intercept;
    const phases: Phase[] = [];
    const progress: Progress[] = [];
    const controller = how.controller ?? new AbortController();
    const walk = execute({
      plan: planned,
      session: openDrive({ transport, timing, recording: true }),
      source: how.source ?? memorySource(image),
      timing,
      signal: controller.signal,
      hooks: {
        onPhase: (phase) => {
          phases.push(phase);
          how.onPhase?.(phase);
          return Promise.resolve();
        },
        touching: () => Promise.resolve(),
      },
      digest: digestsOf(image, how.parts ?? anImage(image.length / BLOCK).parts),
      ...how.work,
    });
    for (;;) {
      const next = await walk.next();
      if (next.done === true) return { plan: planned, result: next.value, phases, progress };
      progress.push(next.value);
      how.onProgress?.(next.value);
    }
  };

  const use = async (request: UseRequest, { sent, faults: wanted = [] }: UseHow = {}): Promise<Used> => {
    const asked = driveUse.parse({ options: {}, ...request });
    const decision = planUse(await report(), sent && anImage(sent.length / BLOCK), asked);
    if (!('plan' in decision))
      throw new SpindleError(decision.refusals[0]!.code, decision.refusals[0]!.detail);
    await drive.setFaults(wanted);
    const pieces: Uint8Array[] = [];
    const progress: Progress[] = [];
    const walk = execute({
      plan: decision.plan,
      session: openDrive({ transport, timing, recording: true }),
      sink: {
        begin: () => Promise.resolve(),
        write: (bytes) => {
          pieces.push(Uint8Array.from(bytes));
          return Promise.resolve();
        },
      },
      timing,
      signal: new AbortController().signal,
      hooks: { onPhase: () => Promise.resolve(), touching: () => Promise.resolve() },
      digest: digestsOf(sent ?? new Uint8Array(0), anImage((sent?.length ?? 0) / BLOCK).parts),
      original: (block, blocks) =>
        Promise.resolve((sent ?? new Uint8Array(0)).subarray(block * BLOCK, (block + blocks) * BLOCK)),
    });
    for (;;) {
      const next = await walk.next();
      if (next.done === true)
        return { plan: decision.plan, result: next.value, progress, bytes: Buffer.concat(pieces) };
      progress.push(next.value);
    }
  };

  return { drive, mediumFolder, commands, report, contents, plan, burn, use };
};

/** The failure that burning ends with. */
export const burnFailure = async (rig: Rig, image: Uint8Array, how?: How): Promise<SpindleError> => {
  try {
    await rig.burn(image, how);
  } catch (error) {
    if (isSpindleError(error)) return error;
    throw error;
  }
  throw new Error('the burn went well');
};

/** What a use is refused for, or fails with. */
export const useFailure = async (rig: Rig, ...how: Parameters<Rig['use']>): Promise<SpindleError> => {
  try {
    await rig.use(...how);
  } catch (error) {
    if (isSpindleError(error)) return error;
    throw error;
  }
  throw new Error('the use went well');
};

/** The button works: the disc can be taken out. */
export const opens = async (rig: Rig): Promise<boolean> => {
  await rig.drive.pressEjectButton();
  return (await rig.contents()) === 'open';
};
