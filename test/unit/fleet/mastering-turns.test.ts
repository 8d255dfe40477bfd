import { expect, it, onTestFinished, vi } from 'vitest';
import { type MasteringTurn, MasteringTurns } from '../../../src/fleet/mastering-turns.js';

/** Work that ends when the test says so. */
const open = (): { readonly work: () => Promise<void>; readonly end: () => void } => {
  let end!: () => void;
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { work: () => done, end };
};

/** Everything that is due has happened, however many promises it took. */
const settle = () => vi.advanceTimersByTimeAsync(0);
const patiently = () => vi.advanceTimersByTimeAsync(1000);

const watched = () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const turns = new MasteringTurns();
  const had: string[] = [];
  const begin = async (name: string): Promise<MasteringTurn> => {
    const turn = await turns.begin();
    had.push(name);
    return turn;
  };
  return { had, begin };
};

it('images have their turn one after the other, in their order', async () => {
  const { had, begin } = watched();
  const first = await begin('first');
  void begin('second').then((turn) => {
    turn.end();
  });
  void begin('third');
  await settle();
  expect(had).toEqual(['first']);
  first.end();
  await settle();
  expect(had).toEqual(['first', 'second', 'third']);
});

it('one that waits for a drive lets others have their turn, and goes on before those that have not begun', async () => {
  const { had, begin } = watched();
  const drive = open();
  const waiting = await begin('waiting');
  void waiting.lend(drive.work).then(() => had.push('waiting again'));
  const second = begin('second');
  await settle();
  expect(had).toEqual(['waiting']);
  await patiently();
  expect(had).toEqual(['waiting', 'second']);
  void begin('third');
  drive.end();
  await settle();
  (await second).end();
  await settle();
  expect(had).toEqual(['waiting', 'second', 'waiting again']);
  waiting.end();
  await settle();
  expect(had.at(-1)).toBe('third');
});

it('one that ends while it waits, for the drive or to go on, keeps nobody from anything', async () => {
  const { had, begin } = watched();
  const [dead, late] = [open(), open()];
  const ended = await begin('ended');
  void ended.lend(dead.work);
  await patiently();
  ended.end();
  const other = await begin('other');
  void other.lend(late.work);
  await patiently();
  const third = await begin('third');
  late.end();
  await settle();
  other.end();
  third.end();
  dead.end();
  await settle();
  await begin('last');
  expect(had).toEqual(['ended', 'other', 'third', 'last']);
});

it('a question of a process that died takes no turn away from the next process', async () => {
  const { had, begin } = watched();
  const drive = open();
  const turn = await begin('killed');
  void turn.lend(drive.work);
  await turn.hold();
  await patiently();
  void begin('other');
  await settle();
  expect(had).toEqual(['killed']);
});
