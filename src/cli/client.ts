import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { SpindleError, failure, fromFailure, isSpindleError } from '../errors.js';
import { connectionFailure, type DaemonAddress } from './connection-failure.js';
import { checkSocketOwner } from './trusted-socket.js';
import { exactly, untilCut } from './whole-bodies.js';

type Headers = Readonly<Record<string, string>>;

/** Talks to the daemon. A problem document becomes the SpindleError that it was. */
export interface Client {
  /** `undefined` for an answer without a body. */
  call(method: string, path: string, body?: unknown, headers?: Headers): Promise<unknown>;
  /** Sends what a stream gives as the body of a PUT. */
  upload(path: string, content: Readable, bytes: number | undefined): Promise<unknown>;
  /** The answer's body as it comes, for downloads. */
  stream(path: string): Promise<Readable>;
  /** A WebSocket on /v1/events that has not said hello yet. */
  events(): WebSocket;
}

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

const parseUrl = (url: string): URL => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'http:') return parsed;
  throw new SpindleError('invalid-request', `--url ${url}: expected an address like http://127.0.0.1:8470.`);
};

const target = ({ url, socket }: DaemonAddress, path: string): RequestOptions => {
  if (url === undefined) return { socketPath: socket, path };
  const { hostname, port } = parseUrl(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port, path };
};

/** @throws SpindleError `daemon-unreachable` where the socket cannot be trusted, `socket-not-permitted`. */
export const connectClient = (address: DaemonAddress): Client => {
  if (address.url === undefined) checkSocketOwner(address.socket);
  const begin = (method: string, path: string, headers: Headers) => {
    const request = httpRequest({
      ...target(address, path),
      method,
      headers: { ...authorization(address), ...headers },
    });
    const response = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.once('error', (cause) => {
        reject(connectionFailure(address, cause));
      });
      // One that is given up before it has a connection fails without an error.
      request.once('close', () => {
        reject(connectionFailure(address, new Error('The request was given up.')));
      });
    });
    return { request, response };
  };
  const open = (
    method: string,
    path: string,
    body?: unknown,
    headers: Headers = {},
  ): Promise<IncomingMessage> => {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const described = payload !== undefined && {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(payload)),
    };
    const { request, response } = begin(method, path, { ...headers, ...described });
    request.end(payload);
    return response;
  };
  /** A daemon that ends while it answers has not answered. */
  const bodyOf = async (response: IncomingMessage): Promise<string> => {
    try {
      return await text(response);
    } catch (cause) {
      throw connectionFailure(address, cause);
    }
  };
  const accepted = async (response: IncomingMessage): Promise<IncomingMessage> => {
    const status = response.statusCode ?? 0;
    if (status >= 400) throw asError(status, await bodyOf(response));
    return response;
  };
  return {
    call: async (method, path, body, headers) => {
      const answer = await bodyOf(await accepted(await open(method, path, body, headers)));
      return answer === '' ? undefined : parseJson(answer);
    },
    upload: async (path, content, bytes) => {
      const { request, response } = begin('PUT', path, {
        'content-type': 'application/octet-stream',
        ...(bytes !== undefined && { 'content-length': String(bytes) }),
      });
      // Whoever refuses a body answers before it has come, and breaks it off.
      const sent =
        bytes === undefined
          ? pipeline(content, request)
          : pipeline(content, (pieces: AsyncIterable<Uint8Array>) => exactly(pieces, bytes), request);
      const answered = response
        .then(accepted)
        .then(bodyOf)
        .finally(() => {
          content.destroy();
        });
      const [answer, sending] = await Promise.allSettled([answered, sent]);
      // What was sent may be at fault, and who breaks off then says nothing better.
      if (sending.status === 'rejected' && isSpindleError(sending.reason)) throw sending.reason;
      if (answer.status === 'rejected') throw answer.reason;
      if (sending.status === 'rejected') throw sending.reason;
      return parseJson(answer.value);
    },
    stream: async (path) => Readable.from(untilCut(await accepted(await open('GET', path)))),
    events: () => {
      const url =
        address.url === undefined
          ? `ws+unix://${address.socket}:/v1/events`
          : new URL('/v1/events', address.url.replace(/^http/, 'ws'));
      return new WebSocket(url, { headers: authorization(address) });
    },
  };
};

/** The first items of a list, which comes in pages, and whether there are more. */
export const listFirst = async <T>(
  client: Client,
  path: string,
  item: z.ZodType<T>,
  limit: number,
): Promise<{ items: T[]; more: boolean }> => {
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
  } while (cursor !== undefined && items.length < limit);
  return { items: items.slice(0, limit), more: cursor !== undefined || items.length > limit };
};

/** People want all of a list. */
export const listAll = async <T>(client: Client, path: string, item: z.ZodType<T>): Promise<T[]> =>
  (await listFirst(client, path, item, Infinity)).items;
