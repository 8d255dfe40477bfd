import type { Drafts, Fleet, Mastering } from '../fleet/fleet.js';
import type { ImagesUnderway } from '../fleet/images-underway.js';
import type { Root } from '../image/image.js';
import type { Store } from '../jobs/store/store.js';
import type { Logger } from '../log.js';
import type { CommandClass } from '../scsi/command-class.js';
import { type Authenticator, createAuthenticator, type SocketAccess } from './authenticate.js';
import { type Connections, createConnections } from './connections.js';
import { createMetrics, type Metrics } from './metrics.js';
import type { AllowedNames } from './origin-guard.js';
import { createPlanBoard, type PlanBoard } from './plan-board.js';
import { listenToProgress, type ProgressFeed } from './progress-feed.js';
import { createSessionLister, type SessionLister } from './session-lister.js';
import { createTickets, type Tickets } from './tickets.js';
import { createValidationBoard, type ValidationBoard } from './validation-board.js';
import { watchValidity } from './validity.js';

export interface ApiLimits {
  /** Bytes of a request's body. */
  readonly bodyBytes: number;
  /** Bytes of a file that is sent for a draft. */
  readonly uploadBytes: number;
  /** WebSockets and streams of server-sent events that one principal may have open. */
  readonly connectionsPerPrincipal: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: ApiLimits = {
  bodyBytes: 4 * MIB,
  uploadBytes: 128 * 1024 * MIB, // no disc holds more
  connectionsPerPrincipal: 32,
};

export interface ApiDependencies {
  readonly store: Store;
  readonly fleet: Fleet;
  readonly mastering: Mastering;
  readonly drafts: Drafts;
  readonly underway: ImagesUnderway;
  readonly roots: readonly Root[];
  readonly stateDirectory: string;
  readonly log: Logger;
  readonly access: SocketAccess;
  readonly http: AllowedNames;
  /** The strongest class of commands of their own that clients may send. */
  readonly rawCommands: 'off' | CommandClass;
  readonly limits: ApiLimits;
  /** Version of the package, and what tells two builds of it apart. */
  readonly version: string;
  readonly build: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What the routes of both listeners share. */
export interface ApiService extends ApiDependencies {
  readonly tickets: Tickets;
  readonly authenticator: Authenticator;
  readonly connections: Connections;
  readonly progress: ProgressFeed;
  readonly plans: PlanBoard;
  readonly validations: ValidationBoard;
  readonly sessions: SessionLister;
  readonly metrics: Metrics;
  readonly startedAt: string;
  /** Aborted when the daemon begins to stop: whoever waits is answered. */
  readonly stopping: AbortSignal;
  /** Sends clients away: new requests are refused, connections closed, those who wait are answered. */
  stop(): void;
}

export const createService = (deps: ApiDependencies): ApiService => {
  const stopping = new AbortController();
  const validity = watchValidity(deps, () => {
    connections.closeInvalid();
  });
  const connections = createConnections(deps.limits.connectionsPerPrincipal, validity);
  const tickets = createTickets(deps.now, validity);
  const progress = listenToProgress(deps);
  const plans = createPlanBoard(deps);
  const validations = createValidationBoard(deps);
  const sessions = createSessionLister(deps.fleet);
  return {
    ...deps,
    tickets,
    authenticator: createAuthenticator({ ...deps, tickets }),
    connections,
    progress,
    plans,
    validations,
    sessions,
    metrics: createMetrics({ ...deps, connections }),
    startedAt: new Date(deps.now()).toISOString(),
    stopping: stopping.signal,
    stop: () => {
      stopping.abort();
      connections.closeAll('stopping');
      validity.stop();
      progress.stop();
      plans.stop();
      validations.stop();
      sessions.stop();
    },
  };
};
