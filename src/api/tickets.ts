import { createHash, randomBytes } from 'node:crypto';
import type { Principal } from './principal.js';
import type { Validity } from './validity.js';

/** Browsers can set no header on a WebSocket or a download, and a token in an address would end up in logs. */
export interface Tickets {
  issue(principal: Principal): { ticket: string; expiresAt: string };
  /** Whose it is, once and within its time, as long as the token that it was issued for is good. */
  redeem(ticket: string): Principal | undefined;
}

const LIFETIME_MS = 30_000;
/** A client that never redeems must not fill the memory: beyond this the oldest go first. */
const MAX_OPEN = 1000;

const digest = (ticket: string): string => createHash('sha256').update(ticket).digest('hex');

export const createTickets = (now: () => number, { holds }: Pick<Validity, 'holds'>): Tickets => {
  const open = new Map<string, { principal: Principal; expires: number }>();
  const dropStale = (): void => {
    for (const [key, { expires }] of open) {
      if (expires > now() && open.size < MAX_OPEN) return;
      open.delete(key);
    }
  };
  return {
    issue: (principal) => {
      dropStale();
      const ticket = randomBytes(32).toString('base64url');
      const expires = now() + LIFETIME_MS;
      open.set(digest(ticket), { principal, expires });
      return { ticket, expiresAt: new Date(expires).toISOString() };
    },
    redeem: (ticket) => {
      const key = digest(ticket);
      const found = open.get(key);
      open.delete(key);
      return found && found.expires > now() && holds(found.principal) ? found.principal : undefined;
    },
  };
};
