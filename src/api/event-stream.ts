import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import { ulid } from 'ulid';
import type { ServerFrame } from '../jobs/frames.js';
import type { Connection } from './connections.js';
import { HEARTBEAT_MS, type Resume, startSession } from './event-session.js';
import { cuttingOffSlow, type Outlet } from './outlet.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { principalOf } from './server.js';
import type { ApiService } from './service.js';

/** Only events move the position from which a client resumes, and the browser keeps it for us. */
const messageOf = (frame: ServerFrame, epoch: string): string => {
  const id = frame.op === 'event' ? `id: ${epoch}:${frame.seq}\n` : '';
  return `${id}event: ${frame.op}\ndata: ${JSON.stringify(frame)}\n\n`;
};

const outletOf = (response: ServerResponse): Outlet => {
  let epoch = '';
  return {
    send: (frame) => {
      if (response.destroyed) return;
      if (frame.op === 'welcome') epoch = frame.epoch;
      response.write(messageOf(frame, epoch));
    },
    buffered: () => response.writableLength,
    flushed: () =>
      new Promise((resolve) => {
        const done = (): void => {
          resolve();
        };
        if (response.destroyed || !response.writableNeedDrain) done();
        else response.once('drain', done).once('close', done);
      }),
  };
};

const connect = (service: ApiService, request: FastifyRequest, response: ServerResponse): Connection => ({
  id: ulid(service.now()),
  principal: principalOf(request),
  close: () => {
    response.destroy();
  },
});

/** A stream of server-sent events (HTML Living Standard §9.2): the frames of the WebSocket, one way. */
export const streamEvents = async (
  service: ApiService,
  request: FastifyRequest,
  reply: FastifyReply,
  wanted: { topics: readonly string[] | undefined; resume: Resume | undefined },
): Promise<void> => {
  const response = reply.raw;
  const isGone = (): boolean => response.destroyed;
  // While its token was looked up: nothing would tell of that once more.
  if (isGone()) {
    reply.hijack();
    return;
  }
  const connection = connect(service, request, response);
  const endings = [service.connections.open(connection)];
  response.once('close', () => {
    for (const end of endings) end();
  });
  reply.hijack();
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'content-type': 'text/event-stream',
    'x-accel-buffering': 'no',
    'x-request-id': request.id,
  });
  const beat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
  endings.push(() => {
    clearInterval(beat);
  });
  const outlet = cuttingOffSlow(outletOf(response), () => {
    connection.close('slow');
  });
  try {
    const session = await startSession(service, { ...wanted, connection, progressHz: 2 }, outlet);
    if (isGone()) session.stop();
    else endings.push(session.stop);
  } catch (error) {
    service.log.error({ requestId: request.id, err: error }, 'events could not be streamed');
    response.destroy();
  }
};
