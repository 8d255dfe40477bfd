import type { IncomingHttpHeaders } from 'node:http';
import { isIPv6 } from 'node:net';
import { z } from 'zod';
import { SpindleError } from '../errors.js';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

export interface AllowedNames {
  /** Host names besides the loopback ones, without port. */
  readonly allowedHosts: readonly string[];
  /** Origins besides the one that the Host header names, e.g. of a proxy. */
  readonly allowedOrigins: readonly string[];
}

/** A host without port, which is none of its name; there are no patterns. */
const HOST = /^(?:[^\s:/?#@[\]\\*]+|\[[^\]]*\])$/;

const hostOf = (text: string): string | undefined => {
  const url = `http://${isIPv6(text) ? `[${text}]` : text}`;
  return HOST.test(url.slice('http://'.length)) && URL.canParse(url) ? new URL(url).hostname : undefined;
};

const originOf = (text: string): string | undefined => {
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, pathname, search, hash, username } = new URL(text);
  const isMore = pathname.length > 1 || search !== '' || hash !== '' || username !== '';
  return isMore || host === '' || host.includes('*') ? undefined : `${protocol}//${host}`.toLowerCase();
};

/** Compared is what browsers send: lower case, no port that goes without saying, other alphabets as DNS has them. */
const asSent = (sent: (text: string) => string | undefined, rule: string) =>
  z.string().transform((text, context) => {
    const found = sent(text);
    if (found === undefined) context.addIssue({ code: 'custom', message: rule });
    return found ?? z.NEVER;
  });

/** One that the configuration allows. */
export const allowedHost = asSent(
  hostOf,
  'must be the name of a host alone, as `burner.example`; it is allowed on every port',
);
export const allowedOrigin = asSent(
  originOf,
  'must be an origin, as `https://desk.example` or `http://desk.example:8080`, and no more',
);

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
    if (!own.includes(origin.toLowerCase()) && !allowedOrigins.includes(origin.toLowerCase())) {
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
