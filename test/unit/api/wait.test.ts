import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fastify, { type FastifyInstance } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { waitSignal, waitUntil } from '../../../src/api/wait.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A server whose only route waits for what never happens. */
const waiting = (seconds: number, stopping = new AbortController().signal): FastifyInstance => {
  const app = fastify();
  app.get('/', (_, reply) =>
    waitUntil(
      waitSignal(reply, seconds, stopping),
      () => () => undefined,
      () => Promise.resolve({ done: false, value: { found: 'nothing' } }),
    ),
  );
  onTestFinished(() => app.close());
  return app;
};

describe('a wait for something new', () => {
  it('is over in time, although garbage is collected meanwhile', async () => {
    const answers: string[] = [];
    void waiting(0.2)
      .inject('/')
      .then(({ body }) => answers.push(body));
    for (let times = 0; times < 200 && answers.length === 0; times++) {
      await sleep(10);
      collectGarbage();
    }
    expect(answers.map((body) => JSON.parse(body) as unknown)).toEqual([{ found: 'nothing' }]);
  });

  it('is over at once when the daemon stops', async () => {
    const stopping = new AbortController();
    const answer = waiting(60, stopping.signal).inject('/');
    await sleep(10);
    stopping.abort();
    expect((await answer).statusCode).toBe(200);
  });
});
