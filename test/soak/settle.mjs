import { setTimeout as sleep } from 'node:timers/promises';

/** So long nothing at all may happen while something is waited for: a drive that says nothing is given up after 60 s. */
const STANDSTILL_MS = 240_000;
/** However much happens meanwhile. */
const LIMIT_MS = 900_000;
const LOOK_MS = 250;

/** Waited in vain: the run cannot go on. */
export class Stuck extends Error {}

const JOB_FIELDS = ({ id, state, view, request }) => ({
  id,
  state,
  reasons: view?.reasons,
  copies: view?.copies,
  drives: request?.drives,
  burn: request?.burn,
});

/** What a person would look at first. */
const describe = ({ model, drives, mediumIn }) =>
  JSON.stringify(
    {
      jobs: model.openJobs().map(JOB_FIELDS),
      drives: drives().map((drive) => ({
        number: drive.number,
        id: drive.id,
        holding: drive.holding,
        contents: drive.contents,
        problem: drive.problem?.code,
        medium: mediumIn(drive),
      })),
    },
    undefined,
    1,
  );

/**
 * Waits until it is so; `help` is asked again and again to do what a person would do meanwhile.
 * @param {any} world @param {string} what @param {() => boolean | Promise<boolean>} isSo @param {() => Promise<void>} [help]
 */
export const settle = async (world, what, isSo, help = () => Promise.resolve()) => {
  const began = Date.now();
  let moved = Date.now();
  let head = world.log.head;
  for (;;) {
    if (await isSo()) return;
    await help();
    if (world.log.head !== head) moved = Date.now();
    head = world.log.head;
    if (Date.now() - moved > STANDSTILL_MS || Date.now() - began > LIMIT_MS) {
      world.fail('everything comes to its end', `waited in vain: ${what}\n${describe(world)}`);
      throw new Stuck(what);
    }
    await world.log.news(LOOK_MS);
    await sleep(10);
  }
};
