import type { AttemptRef } from '../../src/burn/journal-entry.js';
import type { Progress } from '../../src/burn/progress.js';
import { SpindleError } from '../../src/errors.js';
import type { DrivePlan, DriveState, Fleet } from '../../src/fleet/fleet.js';

/** A drive that is free and empty. */
const aDriveState = (id: string, differences: Partial<DriveState> = {}): DriveState => ({
  id,
  holding: 'free',
  contents: 'empty',
  holder: undefined,
  report: undefined,
  attempt: undefined,
  progress: undefined,
  problem: undefined,
  revision: 1,
  ...differences,
});

export interface FakeFleet extends Fleet {
  /** Every call that would have moved something, in order. */
  readonly calls: readonly (readonly [string, ...unknown[]])[];
  readonly drives: Map<string, DriveState>;
  /** What each drive answers to a plan; refuses where nothing is set. */
  readonly plans: Map<string, DrivePlan>;
  /** What the next call of a verb rejects with. */
  readonly failures: Map<string, SpindleError>;
  tellProgress(drive: string, attempt: AttemptRef, progress: Progress): void;
}

/** A fleet without workers: its drives are what a test says they are. */
export const createFakeFleet = (...ids: string[]): FakeFleet => {
  const calls: [string, ...unknown[]][] = [];
  const drives = new Map(ids.map((id) => [id, aDriveState(id)]));
  const plans = new Map<string, DrivePlan>();
  const failures = new Map<string, SpindleError>();
  const stateListeners = new Set<(state: DriveState) => void>();
  const progressListeners = new Set<(drive: string, attempt: AttemptRef, progress: Progress) => void>();

  const state = (id: string): DriveState => {
    const found = drives.get(id);
    if (!found) throw new SpindleError('drive-unknown', `There is no drive ${id}`);
    return found;
  };
  const call = async (verb: string, ...values: unknown[]): Promise<void> => {
    const failure = failures.get(verb);
    failures.delete(verb);
    if (failure) throw failure;
    calls.push([verb, ...values]);
    await Promise.resolve();
  };

  return {
    calls,
    drives,
    plans,
    failures,
    start: () => call('start'),
    beginNoMore: () => undefined,
    detach: () => call('detach'),
    drain: () => call('drain'),
    resume: () => call('resume'),
    draining: false,
    states: () => [...drives.values()],
    state,
    refresh: async (id) => {
      await call('refresh', id);
      return state(id);
    },
    plan: async (wanted, image, options) => {
      await call('plan', wanted, image, options);
      return wanted.map(
        (drive) =>
          plans.get(drive) ?? {
            drive: state(drive).id,
            plan: undefined,
            refusals: [{ code: 'medium-not-present' as const, detail: 'There is no medium in the drive' }],
          },
      );
    },
    readBlocks: async (question) => {
      await call('readBlocks', question);
      return '';
    },
    ask: async (id, question) => {
      state(id);
      await call('ask', id, question);
      throw new SpindleError('command-refused', 'A fake has nothing to tell');
    },
    order: async (id, order) => {
      state(id);
      await call('order', id, order);
      throw new SpindleError('command-refused', 'A fake does nothing');
    },
    tray: async (id, action, lease) => {
      state(id);
      await call('tray', id, action, lease);
    },
    protect: async (id, persistent, lease) => {
      state(id);
      await call('protect', id, persistent, lease);
    },
    lease: (id, lease) => call('lease', id, lease),
    cancel: (attempt, force) => call('cancel', attempt, force),
    createVirtualDrive: async (spec) => {
      await call('createVirtualDrive', spec);
      return [...drives.keys()][0] ?? '';
    },
    removeVirtualDrive: (id) => call('removeVirtualDrive', id),
    insert: (id, insertion, lease) => call('insert', id, insertion, lease),
    remove: (id, lease) => call('remove', id, lease),
    faults: (id, faults, lease) => call('faults', id, faults, lease),
    statistics: async (id) => {
      await call('statistics', id);
      return { bufferBytes: 2_097_152, underruns: 1, lowestFill: 0, heldMs: 12.5 };
    },
    wake: () => {
      calls.push(['wake']);
    },
    onState: (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    onProgress: (listener) => {
      progressListeners.add(listener);
      return () => progressListeners.delete(listener);
    },
    tellProgress: (drive, attempt, progress) => {
      for (const listener of progressListeners) listener(drive, attempt, progress);
    },
  };
};
