import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Assignment } from '../../../src/worker/protocol.js';
import { createAttemptDesk } from '../../../src/worker/attempt-desk.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const ATTEMPT = { job: '01JZ0000000000000000000001', copy: 1, attempt: 1 };
const ASSIGNMENT = { ...ATTEMPT, planHash: 'a'.repeat(64) } as Assignment;

const deskIn = (stateDir: string) =>
  createAttemptDesk({
    stateDir,
    claim: () => undefined,
    unclaim: () => undefined,
    begin: () => ({
      cancel: () => undefined,
      collapse: () => Promise.resolve(),
      over: new Promise(() => undefined),
    }),
    onEntry: () => undefined,
    onOver: () => undefined,
  });

it('names an attempt from the moment that it is told of it, so that nobody who comes meanwhile gives it up', async () => {
  const desk = deskIn(temporaryFolder());
  const starting = desk.start(ASSIGNMENT);
  for (let turns = 0; turns < 1000 && desk.state() === undefined; turns++) await nextTurn();
  expect(desk.state()).toMatchObject({ ...ATTEMPT, sequence: 0, touched: false, ended: false });
  // Whoever asks for its journal by then gets what it is accepted with.
  expect(await desk.entries(ATTEMPT)).toMatchObject([{ kind: 'accepted', sequence: 1 }]);
  expect(await starting).toMatchObject({ ...ATTEMPT, sequence: 1 });
});

it('names no attempt that could not be noted', async () => {
  const desk = deskIn('/dev/null'); // no directory can be made beneath it
  await expect(desk.start(ASSIGNMENT)).rejects.toThrow();
  expect(desk.state()).toBeUndefined();
});
