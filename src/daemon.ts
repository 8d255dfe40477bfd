import { chmodSync, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { buildApp } from './api/app.js';
import type { Server } from './api/server.js';
import { createService, DEFAULT_LIMITS } from './api/service.js';
import { ownBuild } from './build.js';
import type { Config } from './config.js';
import { SpindleError } from './errors.js';
import { createDrafts } from './fleet/create-drafts.js';
import { createFleet } from './fleet/create-fleet.js';
import type { ReadBlocks } from './fleet/continued-medium.js';
import { createMastering } from './fleet/create-mastering.js';
import type { Fleet } from './fleet/fleet.js';
import { ImagesUnderway } from './fleet/images-underway.js';
import { provideVirtualDrives } from './fleet/provide-virtual-drives.js';
import { stagedRoot } from './fleet/staging.js';
import { forgetTranscripts, purgeTranscripts } from './fleet/transcripts.js';
import { groupIds } from './groups.js';
import { openStore } from './jobs/store/open-store.js';
import type { Store } from './jobs/store/store.js';
import type { Logger } from './log.js';
import { boundPath } from './os/bound-path.js';
import { type FileLock, lockFile } from './os/flock.js';
import { makeDirectory, prepareOwnDirectory, unmakingOnFailure } from './os/own-directory.js';
import { systemErrorCode } from './os/system-error.js';
import { claimSocket } from './claim-socket.js';
import { checkSocketPath } from './transport/socket-path.js';
import { prepareSocketDirectory } from './worker/worker-paths.js';

/** A daemon that serves. */
export interface Daemon {
  /** Path of the Unix socket; URL of the TCP listener where there is one. */
  readonly addresses: { readonly socket: string; readonly url: string | undefined };
  /** Lets the drives record on, tells clients to come back, ends within seconds. */
  stop(): Promise<void>;
}

/** Leases end and old records go at this pace. */
const HOUSEKEEPING_MS = 1000;
const RETENTION = {
  eventDays: 7,
  maxEvents: 200_000,
  idempotencyDays: 7,
  transcripts: { days: 30, most: 1000 },
};
const DAY_MS = 86_400_000;

const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();

/** Batch by batch, so that others get their turn; until nothing is left, or the log would outgrow its limit. */
const purgeAll = async (store: Store): Promise<void> => {
  const limits = {
    eventsBefore: daysAgo(RETENTION.eventDays),
    maxEvents: RETENTION.maxEvents,
    idempotencyBefore: daysAgo(RETENTION.idempotencyDays),
  };
  for (let purged = 1; purged > 0;) {
    const { events, idempotencyKeys } = await store.purge(limits);
    purged = events + idempotencyKeys;
  }
};

const keepHouse = (store: Store, stateDirectory: string, log: Logger): (() => void) => {
  let purgedAt = -Infinity;
  const fail = (error: unknown): void => {
    log.error({ err: error }, 'housekeeping failed');
  };
  const forgetEvents = store.onEvents((events) => {
    for (const event of events) forgetTranscripts(stateDirectory, event).catch(fail);
  });
  const timer = setInterval(() => {
    const work = async (): Promise<void> => {
      await store.expireLeases();
      if (performance.now() - purgedAt < DAY_MS / 24) return;
      purgedAt = performance.now();
      await purgeAll(store);
      await purgeTranscripts(stateDirectory, RETENTION.transcripts, Date.now());
    };
    work().catch(fail);
  }, HOUSEKEEPING_MS);
  return () => {
    forgetEvents();
    clearInterval(timer);
  };
};

/** Without its database a daemon is of no use; the workers go on, and the next daemon finds them. */
const endAtOnce = (): never => process.exit(1);

/**
 * A socket belongs to one group and the configuration may name several: then the kernel lets everybody connect. That
 * opens nothing, since the credentials that it gives of each peer are checked before a request is looked at.
 */
const socketMode = ({ groups }: Config): number => (groups.length > 0 ? 0o666 : 0o660);

/** One file may have two paths: /var/run is /run. */
const isSameFile = (a: string, b: string): boolean => {
  try {
    const [one, other] = [statSync(a), statSync(b)];
    return one.ino === other.ino && one.dev === other.dev;
  } catch {
    return false;
  }
};

/** The path at which clients find us: where the service manager listens, whatever the configuration has. */
const servedPath = ({ socket }: Config, passed: number | undefined, log: Logger): string => {
  const bound = passed === undefined ? undefined : boundPath(passed);
  if (bound === undefined || bound === socket || isSameFile(bound, socket)) return socket;
  log.warn(
    { socket: bound, configured: socket },
    'the service manager passes another socket than is configured: nobody listens at that one',
  );
  return bound;
};

/** Binds our own socket, or takes the one that is listened at already: its mode and group are then the unit's matter. */
const listenLocally = async (app: Server, config: Config, passed: number | undefined): Promise<void> => {
  const { socket } = config;
  if (passed === undefined) {
    await claimSocket(socket);
    await app.listen({ path: socket });
    chmodSync(socket, socketMode(config));
  } else {
    // Node does not know the path of a socket that it has not bound, and the server asks for it.
    app.server.address = () => socket;
    const both = { path: socket, fd: passed }; // the descriptor wins; without a path the server takes a port as well
    await app.listen(both);
  }
};

/** What the kernel says where an address cannot be had, and what it means to a person. */
const UNAVAILABLE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'the user of the daemon may not use this port',
  EADDRNOTAVAIL: 'this machine has no such address',
  EAFNOSUPPORT: 'this machine knows no such addresses',
};

const listenByTcp = async (app: Server, tcp: NonNullable<Config['tcp']>): Promise<string> => {
  try {
    return await app.listen(tcp);
  } catch (cause) {
    const reason = UNAVAILABLE[systemErrorCode(cause) ?? ''];
    if (reason === undefined) throw cause;
    const host = tcp.host.includes(':') ? `[${tcp.host}]` : tcp.host;
    throw new SpindleError('address-unavailable', `${host}:${tcp.port}: ${reason}.`, { cause });
  }
};

/** Makes and locks both directories; what was made for nothing goes again. */
const prepareDirectories = ({ stateDirectory, runtimeDirectory, socket }: Config): readonly FileLock[] =>
  unmakingOnFailure([stateDirectory, path.join(stateDirectory, 'log'), runtimeDirectory], () => {
    checkSocketPath(socket);
    for (const directory of [stateDirectory, path.join(stateDirectory, 'log')])
      makeDirectory(directory, 0o700);
    prepareOwnDirectory(runtimeDirectory, 0o755);
    prepareSocketDirectory(runtimeDirectory);
    return [
      lockFile(path.join(stateDirectory, 'daemon.lock'), 'daemon-already-running'),
      // The sockets of its workers lie there: with another state we would take over the drives of another daemon.
      lockFile(path.join(runtimeDirectory, 'runtime.lock'), 'runtime-in-use'),
    ];
  });

/**
 * Starts a daemon: locks its state directory, opens the database, attaches to the workers, settles what was left
 * open, then listens; at the socket that is `passed` to it as a descriptor, where there is one.
 * @throws SpindleError `daemon-already-running`, `runtime-in-use`, `socket-in-use`, `address-unavailable`, `database-newer`,
 * `database-damaged`, `state-inaccessible`, `space-exhausted`, `runtime-path-too-long`, `configuration-invalid`.
 */
export const startDaemon = async (config: Config, log: Logger, passed?: number): Promise<Daemon> => {
  const { stateDirectory, runtimeDirectory } = config;
  const groups = groupIds(config.groups);
  const locks = prepareDirectories(config);
  const build = ownBuild();
  const roots = Object.entries(config.roots).map(([name, root]) => ({ name, path: root }));
  // It may be mounted later.
  for (const root of roots) if (!existsSync(root.path)) log.warn(root, 'a root does not exist');

  const store = await openStore({ path: path.join(stateDirectory, 'spindle.db'), log, onLost: endAtOnce });
  const generation = await store.beginGeneration();
  const readable = [...roots, stagedRoot(stateDirectory)];
  let fleet: Fleet | undefined = undefined;
  const notYet = (): Promise<never> =>
    Promise.reject(new SpindleError('worker-lost', 'The drives are not attached yet.'));
  const readBlocks: ReadBlocks = (question) => fleet?.readBlocks(question) ?? notYet();
  const underway = new ImagesUnderway();
  const mastering = await createMastering({
    store,
    stateDirectory,
    roots: readable,
    log,
    readBlocks,
    underway,
  });
  const { uploadBytes } = DEFAULT_LIMITS;
  const drafts = await createDrafts({
    store,
    mastering,
    stateDirectory,
    log,
    uploadBytes,
    readBlocks,
    underway,
    reportOf: (drive) => fleet?.state(drive).report,
  });
  fleet = createFleet({
    store,
    mastering,
    roots: readable,
    log,
    stateDirectory,
    runtimeDirectory,
    build: build.name,
    generation,
    tuning: { ...config.workers, quirks: config.quirks },
  });
  await fleet.start();
  if (fleet.states().length === 0) await provideVirtualDrives(fleet, config.virtualDrives, log);
  const endHousekeeping = keepHouse(store, stateDirectory, log);

  const service = createService({
    store,
    fleet,
    mastering,
    drafts,
    underway,
    roots,
    stateDirectory,
    log,
    access: { ownUid: process.getuid?.() ?? 0, groups },
    http: config.http,
    rawCommands: config.rawCommands,
    limits: DEFAULT_LIMITS,
    version: build.version,
    build: build.name,
    now: () => Date.now(),
  });
  const local = await buildApp(service, 'unix');
  const socket = servedPath(config, passed, log);
  await listenLocally(local, { ...config, socket }, passed);
  const network = config.tcp && (await buildApp(service, 'tcp'));
  const url = network && config.tcp && (await listenByTcp(network, config.tcp));
  log.info({ socket, url, generation, build: build.name }, 'the daemon serves');

  return {
    addresses: { socket, url },
    stop: async () => {
      // A download may keep a server from closing, and meanwhile discs become free.
      fleet.beginNoMore();
      service.stop();
      endHousekeeping();
      await Promise.all([local.close(), network?.close()]);
      await fleet.detach();
      drafts.stop();
      await mastering.stop();
      await store.close();
      for (const lock of locks) lock.release();
      log.info('the daemon has stopped');
    },
  };
};
