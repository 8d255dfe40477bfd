import { SpindleError } from '../errors.js';
import type { Principal } from './principal.js';
import type { Validity } from './validity.js';

/** Why the daemon closes an event connection, in the range that RFC 6455 §7.4.2 leaves to applications. */
export const CLOSE_CODES = {
  'no-hello': 4400,
  unauthenticated: 4401,
  forbidden: 4403,
  slow: 4408,
  stopping: 4410,
  'too-many': 4429,
} as const;
export type CloseReason = keyof typeof CLOSE_CODES;

/** A client that stays: WebSocket or server-sent events. */
export interface Connection {
  readonly id: string;
  readonly principal: Principal;
  close(reason: CloseReason): void;
}

/** That something ends with a connection. */
export interface Bond {
  /** Lets it outlive the connection; `false` when it has ended already. */
  undo(): boolean;
}

export interface Connections {
  /**
   * Returns what to call at its end.
   * @throws SpindleError `rate-limited` when the principal has too many, `unauthenticated` when its token has ended
   * since it was checked.
   */
  open(connection: Connection): () => void;
  /** What ends with the connection; `undefined` when there is no such connection of this principal. */
  bind(connection: string, principal: Principal, onEnd: () => void): Bond | undefined;
  /** Closes those whose token has expired or was revoked. */
  closeInvalid(): void;
  closeAll(reason: CloseReason): void;
  count(): number;
}

export const createConnections = (
  maxPerPrincipal: number,
  { holds }: Pick<Validity, 'holds'>,
): Connections => {
  const all = new Map<string, { connection: Connection; endings: Set<() => void> }>();
  const of = (principal: Principal) =>
    [...all.values()].filter(({ connection }) => connection.principal.id === principal.id);
  const close = (reason: CloseReason, condition: (connection: Connection) => boolean): void => {
    for (const { connection } of [...all.values()]) if (condition(connection)) connection.close(reason);
  };

  return {
    open: (connection) => {
      if (!holds(connection.principal)) {
        throw new SpindleError('unauthenticated', 'The token has expired or was revoked');
      }
      if (of(connection.principal).length >= maxPerPrincipal) {
        throw new SpindleError(
          'rate-limited',
          `${connection.principal.id} has ${maxPerPrincipal} connections open`,
        );
      }
      all.set(connection.id, { connection, endings: new Set() });
      return () => {
        const { endings } = all.get(connection.id) ?? {};
        all.delete(connection.id);
        for (const end of endings ?? []) end();
        endings?.clear();
      };
    },
    bind: (id, principal, onEnd) => {
      const found = all.get(id);
      if (found?.connection.principal.id !== principal.id) return undefined;
      found.endings.add(onEnd);
      return { undo: () => found.endings.delete(onEnd) };
    },
    closeInvalid: () => {
      close('unauthenticated', ({ principal }) => !holds(principal));
    },
    closeAll: (reason) => {
      close(reason, () => true);
    },
    count: () => all.size,
  };
};
