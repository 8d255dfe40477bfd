import { z } from 'zod';
import { clientFrame, serverFrame } from '../jobs/frames.js';
import { CLOSE_CODES } from './connections.js';

const CLOSES = Object.entries(CLOSE_CODES)
  .map(([reason, code]) => `- ${code}: ${reason}`)
  .join('\n');

const DESCRIPTION = `One log of events behind WebSocket, server-sent events and long poll.

The client speaks first: \`hello\`, within 5 seconds; any other first frame ends the connection. Over TCP it is authenticated by the Authorization header or the
\`ticket\` of the upgrade, or by the token in its hello; on the Unix socket the kernel says who it is. With
\`resume\` it gets every event since then, or a \`gap\` and snapshots where they are not kept any more; without it,
snapshots. Events come once each and in order; progress is thinned out and never repeated.

The daemon closes with

${CLOSES}`;

const definitionsOf = (frame: z.ZodType, io: 'input' | 'output'): object =>
  z.toJSONSchema(z.object({ frame }), { target: 'draft-7', io })['definitions'] as object;

/** What a client says may leave out what has a default, what the daemon says leaves nothing out; the dialect is that of AsyncAPI. */
const schemas = (): Record<string, unknown> => {
  const definitions = { ...definitionsOf(clientFrame, 'input'), ...definitionsOf(serverFrame, 'output') };
  const text = JSON.stringify(definitions).replaceAll('"#/definitions/', '"#/components/schemas/');
  return JSON.parse(text) as Record<string, unknown>;
};

const messageOf = (schema: string, summary: string) => ({
  name: schema,
  summary,
  contentType: 'application/json',
  payload: { $ref: `#/components/schemas/${schema}` },
});

const operation = (action: 'send' | 'receive', message: string, summary: string) => ({
  action,
  summary,
  channel: { $ref: '#/channels/events' },
  messages: [{ $ref: `#/channels/events/messages/${message}` }],
});

/** AsyncAPI 3.0.0, of the frames of /v1/events. */
export const asyncApiDocument = (version: string) => ({
  asyncapi: '3.0.0',
  info: { title: 'Spindle events', version, description: DESCRIPTION, license: { name: 'MIT' } },
  channels: {
    events: {
      address: '/v1/events',
      messages: {
        server: messageOf('ServerFrame', 'What the daemon says'),
        client: messageOf('ClientFrame', 'What a client may say'),
      },
      bindings: { ws: { method: 'GET' } },
    },
  },
  operations: {
    tell: operation('send', 'server', 'Welcome, events, progress, gaps, snapshots'),
    listen: operation('receive', 'client', 'Hello, subscriptions, pings'),
  },
  components: { schemas: schemas() },
});
