import { setImmediate as nextTurn } from 'node:timers/promises';
import pino from 'pino';
import { expect, it } from 'vitest';
import { Dispatcher, type DispatcherOptions } from '../../../src/fleet/dispatcher.js';

type Drives = ReturnType<DispatcherOptions['drives']>;

/** A drive that is free, with nothing in it that any job could use. */
const emptyDrive = (id: string): Drives[number] =>
  ({
    row: { id, accepting: true, enabled: true },
    unit: { state: { holding: 'free', contents: 'ready' }, seen: { ready: true } },
  }) as unknown as Drives[number];

const waitingJob = {
  job: 'job',
  kind: 'disc',
  use: { do: 'burn', options: {} },
  image: 'image',
  imageState: 'ready',
  request: {},
  used: [],
  made: [],
};

/** A store whose answers take some turns of the event loop, as those of its thread do. */
const countingStore = () => {
  let asked = 0;
  const answer = async <T>(value: T): Promise<T> => {
    asked += 1;
    for (let turns = 1 + ((asked * 7) % 11); turns > 0; turns--) await nextTurn();
    return value;
  };
  return {
    asked: () => asked,
    store: {
      candidates: () => answer([waitingJob]),
      setReasons: () => answer(undefined),
    } as unknown as DispatcherOptions['store'],
  };
};

it('offers a job that appeared while a drive was asked, without being woken once more', async () => {
  let jobs: object[] = [{ ...waitingJob, drives: ['another'] }];
  const delays = [1, 60]; // of the round, and of the drive that is asked
  const planned: unknown[] = [];
  const drive = {
    row: { id: 'one', accepting: true, enabled: true },
    unit: {
      state: { holding: 'free', contents: 'ready', report: { medium: { fingerprint: 'medium' } } },
      seen: { ready: true },
      request: async (request: { do: string }) => {
        planned.push(request.do);
        await nextTurn();
        return { refusals: [{ code: 'medium-too-small', detail: '' }] };
      },
    },
  } as unknown as Drives[number];
  const candidates = async () => {
    const now = jobs;
    for (let turns = delays.shift() ?? 1; turns > 0; turns--) await nextTurn();
    return now;
  };
  const store = { candidates, setReasons: () => Promise.resolve() } as unknown as DispatcherOptions['store'];
  const dispatcher = new Dispatcher({
    store,
    drives: () => [drive],
    mastering: {} as DispatcherOptions['mastering'],
    roots: [],
    log: pino({ enabled: false }),
  });
  dispatcher.wake();
  for (let turns = 0; turns < 10; turns++) await nextTurn();
  const read = { kind: 'read', use: { do: 'read', options: {} }, image: undefined };
  jobs = [{ ...waitingJob, ...read, drives: ['one'] }];
  dispatcher.wake();
  for (let turns = 0; turns < 30; turns++) await nextTurn();
  expect(planned).toEqual([]); // it is still being asked for what there was
  for (let turns = 0; turns < 100; turns++) await nextTurn();
  expect(planned).toEqual(['plan']);
  await dispatcher.stop();
});

it('comes to rest while a job waits for a medium, however often it was woken while drives were asked', async () => {
  const { store, asked } = countingStore();
  const drives = Array.from({ length: 8 }, (_, index) => emptyDrive(`drive ${index}`));
  const dispatcher = new Dispatcher({
    store,
    drives: () => drives,
    mastering: {} as DispatcherOptions['mastering'],
    roots: [],
    log: pino({ enabled: false }),
  });
  for (let woken = 0; woken < 50; woken++) {
    dispatcher.wake();
    await nextTurn();
  }
  for (let turns = 0; turns < 500; turns++) await nextTurn();
  const before = asked();
  for (let turns = 0; turns < 500; turns++) await nextTurn();
  expect(asked()).toBe(before);
  await dispatcher.stop();
});
