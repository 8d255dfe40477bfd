import { createServer } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { connectClient } from '../../../src/cli/client.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** A daemon that takes what it is sent for requests, as any server does, and tells which. */
const listening = async () => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void text(request)
      .then((body) => {
        requests.push(`${request.method} ${body}`);
        response.setHeader('content-type', 'application/json');
        response.end('{}');
      })
      .catch(() => undefined);
  });
  const socket = join(temporaryFolder(), 'socket');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { client: connectClient({ socket, url: undefined, token: undefined }), requests };
};

const HIDDEN = 'DELETE /v1/images/x HTTP/1.1\r\nHost: localhost\r\n\r\n';

it.each([
  ['longer', ['12345678', HIDDEN]],
  ['longer within a piece', [`12345678${HIDDEN}`]],
  ['shorter', ['1234']],
])('what has become %s than was announced is no request, and no body either', async (_what, pieces) => {
  const { client, requests } = await listening();
  const sent = client.upload('/x', Readable.from(pieces.map((piece) => Buffer.from(piece))), 8);
  await expect(sent).rejects.toMatchObject({ code: 'source-changed' });
  expect(requests.join('\n')).not.toContain('DELETE');
  expect(requests).toEqual([]);
});

it('a download that is cut is told as such', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('1234567890', () => response.destroy());
  });
  const socket = join(temporaryFolder(), 'socket');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => {
    server.close();
  });
  const content = await connectClient({ socket, url: undefined, token: undefined }).stream('/x');
  await expect(buffer(content)).rejects.toMatchObject({ code: 'answer-cut' });
});
