import type { Store } from '../jobs/store/store.js';
import type { Principal } from './principal.js';

/** Whether a credential that was good when it was checked still is: tickets and connections live on after that. */
export interface Validity {
  holds(principal: Principal): boolean;
  stop(): void;
}

const LOOK_MS = 1000;

/** Watches tokens being revoked and expiring. `onLoss` is called whenever `holds` may have changed for somebody. */
export const watchValidity = (
  { store, now }: { store: Pick<Store, 'onEvents'>; now: () => number },
  onLoss: () => void,
): Validity => {
  const revoked = new Set<string>();
  const forget = store.onEvents((events) => {
    const ids = events.flatMap((event) => (event.kind === 'token.revoked' ? [event.data.id] : []));
    for (const id of ids) revoked.add(id);
    if (ids.length > 0) onLoss();
  });
  const timer = setInterval(onLoss, LOOK_MS).unref();
  return {
    holds: ({ token, expiresAt }) =>
      !(token !== undefined && revoked.has(token)) &&
      !(expiresAt !== undefined && Date.parse(expiresAt) <= now()),
    stop: () => {
      forget();
      clearInterval(timer);
    },
  };
};
