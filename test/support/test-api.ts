import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { buildApp } from '../../src/api/app.js';
import { newSecret, tokenText } from '../../src/api/authenticate.js';
import type { Scope } from '../../src/api/scopes.js';
import {
  type ApiDependencies,
  type ApiService,
  createService,
  DEFAULT_LIMITS,
} from '../../src/api/service.js';
import { createDrafts } from '../../src/fleet/create-drafts.js';
import { ImagesUnderway } from '../../src/fleet/images-underway.js';
import type { Mastering } from '../../src/fleet/fleet.js';
import { stagedRoot } from '../../src/fleet/staging.js';
import type { Store } from '../../src/jobs/store/store.js';
import { createFakeFleet, type FakeFleet } from './fake-fleet.js';
import { temporaryFolder } from './temporary-folder.js';
import { openTestStore, seeDrives, silentLog } from './test-store.js';

export interface TestApi {
  readonly store: Store;
  readonly fleet: FakeFleet;
  readonly service: ApiService;
  /** Path of the Unix socket. */
  readonly socket: string;
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly port: number;
  /** A directory that is the root `music`. */
  readonly music: string;
  readonly token: (...scopes: Scope[]) => Promise<string>;
}

/** A mastering that only takes note: tests say themselves when an image is ready. */
const idleMastering = (state: string): Mastering => ({
  begin: () => undefined,
  pathOf: (image) => join(state, 'images', `${image}.image`),
  roots: [{ name: 'music', path: join(state, 'music') }, stagedRoot(state)],
  stop: () => Promise.resolve(),
});

/** The API on a Unix socket and on TCP, over a real store and a fake fleet with the drives `alpha` and `beta`. */
export const startTestApi = async (changes: Partial<ApiDependencies> = {}): Promise<TestApi> => {
  const folder = temporaryFolder();
  const music = join(folder, 'music');
  mkdirSync(music);
  const store = changes.store ?? (await openTestStore(join(folder, 'spindle.db')));
  await seeDrives(store, 'alpha', 'beta');
  const fleet = createFakeFleet('alpha', 'beta');
  const mastering = idleMastering(folder);
  const underway = new ImagesUnderway();
  const drafts = await createDrafts({
    store,
    mastering,
    stateDirectory: folder,
    log: silentLog,
    uploadBytes: (changes.limits ?? DEFAULT_LIMITS).uploadBytes,
    underway,
    readBlocks: (question) => fleet.readBlocks(question),
    reportOf: (drive) => fleet.state(drive).report,
  });
  const service = createService({
    store,
    fleet,
    mastering,
    drafts,
    underway,
    roots: [{ name: 'music', path: music }],
    stateDirectory: folder,
    log: silentLog,
    access: { ownUid: process.getuid?.() ?? 0, groups: [] },
    http: { allowedHosts: [], allowedOrigins: [] },
    rawCommands: 'off',
    limits: DEFAULT_LIMITS,
    version: '0.1.0',
    build: 'test',
    now: Date.now,
    ...changes,
  });
  const local = await buildApp(service, 'unix');
  const network = await buildApp(service, 'tcp');
  const socket = join(folder, 'api.sock');
  await local.listen({ path: socket });
  await network.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    service.stop();
    drafts.stop();
    await Promise.all([local.close(), network.close()]);
  });
  const { port } = network.server.address() as AddressInfo;
  const token = async (...scopes: Scope[]): Promise<string> => {
    const { secret, secretHash } = newSecret();
    const { id } = await store.createToken({ name: 'test', scopes, secretHash });
    return tokenText(id, secret);
  };
  return { store, fleet, service, socket, url: `http://127.0.0.1:${port}`, port, music, token };
};
