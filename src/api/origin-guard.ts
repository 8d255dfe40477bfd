import type { IncomingHttpHeaders } from 'node:http';
import { SpindleError } from '../errors.js';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

export interface AllowedNames {
  /** Host names besides the loopback ones, without port. */
  readonly allowedHosts: readonly string[];
  /** Origins besides the one that the Host header names, e.g. of a proxy. */
  readonly allowedOrigins: readonly string[];
}

const hostName = (host: string): string => host.toLowerCase().replace(/:\d{1,5}$/, '');

/**
 * A page that rebinds its name to our address still sends its own name as Host: scripts cannot change it. On the
 * Unix socket, where no page can come from, the same rule costs nothing: clients say `localhost` or nothing.
 */
const checkHost = (host: string | undefined, allowedHosts: readonly string[]): void => {
  if (host === undefined || host === '') return;
  const name = hostName(host);
  if (!LOOPBACK.includes(name) && !allowedHosts.includes(name)) {
    throw new SpindleError('host-not-allowed', `This daemon does not serve the host ${JSON.stringify(name)}`);
  }
};

/** A person who follows a link to the dashboard: nothing but a page is read, and no script sees it. */
const isNavigation = (method: string, headers: IncomingHttpHeaders): boolean =>
  method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';

const originNotAllowed = (from: string) =>
  new SpindleError('origin-not-allowed', `Requests from ${from} are not answered`);

const checkOrigin = (request: GuardedRequest, allowedOrigins: readonly string[]): void => {
  const { headers } = request;
  const { origin } = headers;
  if (origin !== undefined) {
    const own = [`http://${headers.host ?? ''}`, `https://${headers.host ?? ''}`];
    if (!own.includes(origin.toLowerCase()) && !allowedOrigins.includes(origin)) {
      throw originNotAllowed(JSON.stringify(origin));
    }
    return;
  }
  const site = headers['sec-fetch-site'];
  const foreign = site === 'cross-site' || site === 'same-site';
  if (foreign && !isNavigation(request.method, headers)) throw originNotAllowed('pages of other sites');
};

interface GuardedRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * First of all checks, for every request and for WebSocket upgrades too, because browsers let any page open one.
 * @throws SpindleError `host-not-allowed`, `origin-not-allowed`
 */
export const checkWhereFrom = (request: GuardedRequest, allowed: AllowedNames): void => {
  checkHost(request.headers.host, allowed.allowedHosts);
  checkOrigin(request, allowed.allowedOrigins);
};
