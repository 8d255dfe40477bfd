import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { SpindleError, failure, fromFailure } from '../errors.js';
import { checkSocketOwner } from './trusted-socket.js';

/** Where the daemon listens: its Unix socket, or a loopback address with a token. */
export interface DaemonAddress {
  readonly socket: string;
  readonly url: string | undefined;
  readonly token: string | undefined;
}

/** Talks to the daemon. A problem document becomes the SpindleError that it was. */
export interface Client {
  /** `undefined` for an answer without a body. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** The answer's body as it comes, for downloads. */
  stream(path: string): Promise<IncomingMessage>;
  /** A WebSocket on /v1/events that has not said hello yet. */
  events(): WebSocket;
}

const unreachable = (address: DaemonAddress, cause: unknown): SpindleError =>
  new SpindleError('daemon-unreachable', `No daemon answers at ${address.url ?? address.socket}.`, { cause });

const asError = (status: number, body: string): SpindleError => {
  const parsed = failure.safeParse(parseJson(body));
  return parsed.success
    ? fromFailure(parsed.data)
    : new SpindleError('internal', `The daemon answered ${status} without a problem document.`);
};

const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const authorization = ({ token }: DaemonAddress): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

const target = ({ url, socket }: DaemonAddress, path: string): RequestOptions => {
  if (url === undefined) return { socketPath: socket, path };
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port, path };
};

/** @throws SpindleError `daemon-unreachable` where the socket cannot be trusted. */
export const connectClient = (address: DaemonAddress): Client => {
  if (address.url === undefined) checkSocketOwner(address.socket);
  const open = (method: string, path: string, body?: unknown): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const request = httpRequest({
        ...target(address, path),
        method,
        headers: {
          ...authorization(address),
          ...(payload !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(payload),
          }),
        },
      });
      request.once('response', resolve);
      request.once('error', (cause) => {
        reject(unreachable(address, cause));
      });
      request.end(payload);
    });
  /** A daemon that ends while it answers has not answered. */
  const bodyOf = async (response: IncomingMessage): Promise<string> => {
    try {
      return await text(response);
    } catch (cause) {
      throw unreachable(address, cause);
    }
  };
  const accepted = async (response: IncomingMessage): Promise<IncomingMessage> => {
    const status = response.statusCode ?? 0;
    if (status >= 400) throw asError(status, await bodyOf(response));
    return response;
  };
  return {
    call: async (method, path, body) => {
      const answer = await bodyOf(await accepted(await open(method, path, body)));
      return answer === '' ? undefined : parseJson(answer);
    },
    stream: async (path) => accepted(await open('GET', path)),
    events: () => {
      const url =
        address.url === undefined
          ? `ws+unix://${address.socket}:/v1/events`
          : new URL('/v1/events', address.url.replace(/^http/, 'ws'));
      return new WebSocket(url, { headers: authorization(address) });
    },
  };
};

/** Lists come in pages; people want all of them. */
export const listAll = async <T>(client: Client, path: string, item: z.ZodType<T>): Promise<T[]> => {
  const page = z.object({ items: z.array(item), next: z.string().optional() });
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const separator = path.includes('?') ? '&' : '?';
    const answer = page.parse(
      await client.call(
        'GET',
        cursor === undefined ? path : `${path}${separator}cursor=${encodeURIComponent(cursor)}`,
      ),
    );
    items.push(...answer.items);
    cursor = answer.next;
  } while (cursor !== undefined);
  return items;
};
