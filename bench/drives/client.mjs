import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { WebSocket } from 'ws';

/**
 * A client as others would write one: HTTP over one kept connection per request underway, a token, JSON.
 * @param {{ url: string, token: string }} daemon
 */
export const connectByTcp = ({ url, token }) => {
  const agent = new Agent({ keepAlive: true });
  const authorization = `Bearer ${token}`;

  /**
   * @param {string} method
   * @param {string} path
   * @param {{ body?: unknown, headers?: Record<string, string> }} [content]
   * @returns {Promise<any>}
   */
  const call = async (method, path, { body, headers } = {}) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const outgoing = request(`${url}${path}`, {
      method,
      agent,
      headers: { authorization, ...type, ...headers },
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    const incoming = await /** @type {Promise<import('node:http').IncomingMessage>} */ (
      new Promise((resolve, reject) => outgoing.once('response', resolve).once('error', reject))
    );
    const answer = await json(incoming);
    if ((incoming.statusCode ?? 500) >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };

  return {
    call,
    events: () => new WebSocket(`${url.replace(/^http/, 'ws')}/v1/events`, { headers: { authorization } }),
    close: () => agent.destroy(),
  };
};
/** @typedef {ReturnType<typeof connectByTcp>} Client */
