import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { SpindleError } from '../errors.js';
import type { Store } from '../jobs/store/store.js';
import { peerCredentials, type PeerCredentials } from '../os/peer-credentials.js';
import type { Listener, Principal } from './principal.js';
import { ALL_SCOPES, GROUP_SCOPES, scope, type Scope } from './scopes.js';
import type { Tickets } from './tickets.js';

/** Which peers of the Unix socket may do what. */
export interface SocketAccess {
  /** The user of the daemon; like root it may do everything. */
  readonly ownUid: number;
  /** Members of these groups may use the daemon, but not administer it. */
  readonly groups: readonly number[];
}

/** What the kernel shows instead of a user of another user namespace: nobody we could know. */
const OVERFLOW_UID = 65_534;

const scopesOf = (peer: PeerCredentials, access: SocketAccess): readonly Scope[] => {
  if (peer.uid === 0 || peer.uid === access.ownUid) return ALL_SCOPES;
  const member = [peer.gid, ...peer.groups].some((gid) => access.groups.includes(gid));
  return member && peer.uid !== OVERFLOW_UID ? GROUP_SCOPES : [];
};

/** Peers cannot change while a socket is open, so that the kernel is asked once. */
const createPeerCheck = (access: SocketAccess): ((socket: Socket) => Principal) => {
  const known = new WeakMap<Socket, Principal>();
  const ask = (socket: Socket): Principal => {
    const peer = peerCredentials(socket);
    const scopes = scopesOf(peer, access);
    if (scopes.length === 0) {
      throw new SpindleError('unauthenticated', `User ${peer.uid} is not in the group of the daemon`);
    }
    const principal = { id: `uid:${peer.uid}`, scopes, token: undefined, expiresAt: undefined };
    known.set(socket, principal);
    return principal;
  };
  return (socket) => known.get(socket) ?? ask(socket);
};

const TOKEN = /^sp_(?<id>[0-9A-Z]{26})_(?<secret>[A-Za-z0-9_-]{43})$/;

/** The part that is kept nowhere, and the digest by which it is found again. */
export const newSecret = (): { secret: string; secretHash: string } => {
  const secret = randomBytes(32).toString('base64url');
  return { secret, secretHash: hashOf(secret) };
};

export const tokenText = (id: string, secret: string): string => `sp_${id}_${secret}`;

/** 256 random bits need no slow hash, and looking up a digest tells an attacker nothing about the secret. */
const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

const TOUCH_INTERVAL_MS = 60_000;

const createTokenCheck = (store: Store, now: () => number): ((text: string) => Promise<Principal>) => {
  const touched = new Map<string, number>();
  /** When a token was last used is worth a write once a minute. */
  const touch = async (id: string): Promise<void> => {
    if (now() - (touched.get(id) ?? -Infinity) < TOUCH_INTERVAL_MS) return;
    touched.set(id, now());
    await store.touchToken(id);
  };
  return async (text) => {
    const { id = '', secret = '' } = TOKEN.exec(text)?.groups ?? {};
    const row = secret === '' ? undefined : await store.findToken(hashOf(secret));
    if (!row || !isSame(row.id, id)) {
      throw new SpindleError('unauthenticated', 'The token is unknown, expired or revoked');
    }
    await touch(row.id);
    const scopes = row.scopes.flatMap((name) => scope.safeParse(name).data ?? []);
    return { id: `token:${row.id}`, scopes, token: row.id, expiresAt: row.expiresAt };
  };
};

const bearerOf = (header: string | undefined): string | undefined => {
  if (header === undefined) return undefined;
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (token === undefined) throw new SpindleError('unauthenticated', 'Only the scheme Bearer is known');
  return token;
};

export interface Authenticator {
  /** `undefined`: there is no credential at all. */
  fromRequest(
    listener: Listener,
    request: IncomingMessage,
    ticket: string | undefined,
  ): Promise<Principal | undefined>;
  fromToken(text: string): Promise<Principal>;
}

export const createAuthenticator = (parts: {
  store: Store;
  access: SocketAccess;
  tickets: Tickets;
  now: () => number;
}): Authenticator => {
  const peer = createPeerCheck(parts.access);
  const fromToken = createTokenCheck(parts.store, parts.now);
  const fromTicket = (ticket: string): Principal => {
    const principal = parts.tickets.redeem(ticket);
    if (!principal) throw new SpindleError('unauthenticated', 'The ticket is unknown, expired or used');
    return principal;
  };
  return {
    fromToken,
    fromRequest: async (listener, request, ticket) => {
      if (listener === 'unix') return peer(request.socket);
      const token = bearerOf(request.headers.authorization);
      if (token !== undefined) return fromToken(token);
      return ticket === undefined ? undefined : fromTicket(ticket);
    },
  };
};
