import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApi } from '../../../src/dashboard/public/api.js';

/** Asks whoever answers so. */
const askServer = async (answer: Parameters<typeof createServer>[1]): Promise<unknown> => {
  const server = createServer(answer).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const api = createApi(
    () => undefined,
    (path: string, init: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init),
  );
  return api.get('/v1/whoami') as Promise<unknown>;
};

const UNREADABLE = { problem: { code: 'daemon-unreachable', status: 0 } };

describe('the API, as the dashboard asks it', () => {
  it('is not reached where something in between answers with a page', async () => {
    const asked = askServer((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<h1>Welcome to the network</h1>');
    });
    await expect(asked).rejects.toMatchObject(UNREADABLE);
  });

  it.each([
    ['an answer', 200, 'application/json'],
    ['a refusal', 502, 'application/problem+json'],
  ])('is not reached where %s is cut short', async (_, status, type) => {
    const asked = askServer((_, response) => {
      response.writeHead(status, { 'content-type': type, 'content-length': 100 });
      response.write('{"scopes":', () => response.destroy());
    });
    await expect(asked).rejects.toMatchObject(UNREADABLE);
  });
});
