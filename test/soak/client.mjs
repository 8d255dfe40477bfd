import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { WebSocket } from 'ws';

const LIMIT_MS = 120_000;

/** Nobody answered: the daemon is gone, or went while it was asked. */
export class Unanswered extends Error {}

/** A client of the daemon's Unix socket, as any program would write one. @param {string} socketPath */
export const connectClient = (socketPath) => {
  /**
   * The answer, whatever it is.
   * @param {string} method @param {string} path @param {unknown} [body] @param {Record<string, string>} [headers]
   */
  const ask = async (method, path, body, headers = {}) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const type = text === undefined ? {} : { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(LIMIT_MS);
    try {
      const incoming = await new Promise((resolve, reject) => {
        const outgoing = request({ socketPath, method, path, headers: { ...type, ...headers }, signal });
        outgoing.once('response', resolve).once('error', reject).end(text);
      });
      const bytes = await buffer(incoming);
      const isJson = /[/+]json/.test(incoming.headers['content-type'] ?? '') && bytes.length > 0;
      return {
        status: incoming.statusCode,
        headers: incoming.headers,
        bytes,
        body: isJson ? JSON.parse(bytes.toString()) : undefined,
      };
    } catch (error) {
      const why = signal.aborted ? `no answer within ${LIMIT_MS} ms` : error.message;
      throw new Unanswered(`${method} ${path}: ${why}`, { cause: error });
    }
  };

  /** The body of an answer that must be one of success. */
  const get = async (path) => {
    const { status, body, bytes } = await ask('GET', path);
    if (status >= 300) throw new Error(`GET ${path}: ${status} ${bytes.toString().slice(0, 300)}`);
    return body ?? bytes;
  };

  /** All pages of a list. */
  const all = async (path) => {
    const items = [];
    for (let cursor; ;) {
      const page = await get(`${path}?limit=200${cursor === undefined ? '' : `&cursor=${cursor}`}`);
      items.push(...page.items);
      if (page.next === undefined) return items;
      cursor = page.next;
    }
  };

  const events = () => new WebSocket(`ws+unix:${socketPath}:/v1/events`);

  return { ask, get, all, events };
};
/** @typedef {ReturnType<typeof connectClient>} Client */
