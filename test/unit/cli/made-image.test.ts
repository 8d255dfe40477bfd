import { expect, it } from 'vitest';
import { madeImage } from '../../../src/cli/commands/made-image.js';
import { SILENT_BOARD } from '../../../src/cli/progress-lines.js';
import { SpindleError } from '../../../src/errors.js';

const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

const image = (state: string, more: object = {}) => ({
  id: ID,
  state,
  type: 'draft',
  principal: 'uid:1000',
  requestDigest: '0'.repeat(64),
  bytes: 0,
  createdAt: '2026-01-01T00:00:00.000Z',
  ...more,
});

/** A daemon that answers each question with the next of these, or fails with it. */
const clientOf = (...answers: readonly (object | SpindleError)[]) => {
  const left = [...answers];
  return {
    call: (): Promise<unknown> => {
      const answer = left.shift();
      if (!answer) throw new Error('asked once too often');
      return answer instanceof SpindleError ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
};

const outcome = async (...answers: readonly (object | SpindleError)[]) => {
  const notes: string[] = [];
  const board = { ...SILENT_BOARD, say: (line: string): void => void notes.push(line) };
  const found = await madeImage(clientOf(...answers), ID, board, 0).then(
    ({ state }) => state,
    (error: unknown) => (error instanceof SpindleError ? error.code : error),
  );
  return { found, notes };
};

it('an image that is sealed is waited for, also over restarts of the daemon, which are told once each', async () => {
  const away = (code: 'daemon-unreachable' | 'daemon-stopping') => new SpindleError(code, 'away');
  const { found, notes } = await outcome(
    image('mastering'),
    away('daemon-stopping'),
    away('daemon-unreachable'),
    image('mastering'),
    away('daemon-unreachable'),
    image('ready'),
  );
  expect(found).toBe('ready');
  const told = 'The daemon does not answer; waiting until it does.';
  expect(notes).toEqual([told, told]);
});

it('how far it is is shown while that is known, and its line goes', async () => {
  const shown: string[] = [];
  const board = {
    ...SILENT_BOARD,
    show: (_: string, line: string): void => void shown.push(line),
    drop: (): void => void shown.push('gone'),
  };
  const progress = { phase: 'scan', done: 12, total: 0, path: '/photos' };
  await madeImage(clientOf(image('mastering', { progress }), image('ready')), ID, board, 0);
  expect(shown).toEqual([expect.stringMatching(/^image +scan +12 entries +\/photos$/), 'gone']);
});

it.each([
  [
    'why it could not be made',
    image('building', { problem: { code: 'source-missing', detail: 'x' } }),
    'source-missing',
  ],
  ['that somebody goes on with it', image('building'), 'image-not-ready'],
  ['that it was deleted', new SpindleError('image-unknown', 'x'), 'image-unknown'],
])('of an image that is sealed is told %s', async (_what, answer, code) => {
  expect((await outcome(image('mastering'), answer)).found).toBe(code);
});
