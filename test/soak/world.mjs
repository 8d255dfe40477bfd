import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { RECORDS } from './blanks.mjs';
import { connectClient } from './client.mjs';
import { createDaemon } from './daemon.mjs';
import { EventLog } from './event-log.mjs';
import { createSockets } from './event-sockets.mjs';
import { mediaFolder } from './media.mjs';
import { createModel, newJob } from './model.mjs';
import { createRandom } from './random.mjs';
import { createSources } from './sources.mjs';

/** So many of the last acts are told with a violation. */
const TOLD_ACTS = 25;

/** Drives as a shop with a mixed shelf would have them; more than eight go round again. */
const SHELF = [
  { model: 'bd-writer', home: 'process', speed: 'unlimited' },
  { model: 'bd-writer', home: 'worker', speed: 'unlimited' },
  { model: 'dvd-writer', home: 'process', speed: 'realtime' },
  { model: 'dvd-writer', home: 'worker', speed: 'unlimited' },
  { model: 'cd-writer', home: 'process', speed: 'unlimited' },
  { model: 'bd-writer', home: 'worker', speed: 'realtime' },
  { model: 'bd-writer', home: 'process', speed: 'unlimited' },
  { model: 'dvd-writer', home: 'worker', speed: 'unlimited' },
];

/** Everything that a run has: the daemon, what is known of it, and what went wrong. */
export class World {
  /** @type {{ invariant: string, detail: string, atMs: number, acts: string[] }[]} */
  violations = [];
  /** @type {{ text: string }[]} */
  acts = [];
  /** Whether the daemon itself may be stopped and killed at present. */
  stormy = true;
  /** Digests of media that were found right once. */
  known = new Set();
  /** What was proven on write-once media, and must stay. @type {Map<string, import('./sealed.mjs').Sealed>} */
  sealed = new Map();
  /** Numbers that belong to no invariant. @type {Map<string, number>} */
  tallies = new Map();
  /** Leases that were taken and may still hold. @type {Map<string, string>} by drive */
  leases = new Map();
  /** Those that end with a WebSocket. @type {Map<string, { by: unknown }>} by drive */
  bonds = new Map();
  /** Images that were asked for by themselves, with what they must hold. */
  ownImages = new Map();
  actCount = 0;
  startedAt = Date.now();

  /** @param {{ folder: string, seed: number, driveCount: number, onViolation: (one: any) => void }} options */
  constructor({ folder, seed, driveCount, onViolation }) {
    this.seed = seed;
    this.driveCount = driveCount;
    this.onViolation = onViolation;
    this.random = createRandom(seed);
    this.daemon = createDaemon(folder);
    this.places = this.daemon.places;
    this.client = connectClient(this.places.socket);
    this.model = createModel((invariant, detail) => this.fail(invariant, detail));
    this.log = new EventLog(this.client, {
      onEvent: (event) => this.model.onEvent(event),
      onFault: (detail) => this.fail('events are whole and in order', detail),
    });
    this.sockets = createSockets(this.client, this.log, (detail) =>
      this.fail('events are the same by WebSocket and long poll', detail),
    );
    this.sources = createSources(this.places.source, path.join(folder, 'aside'), this.random);
  }

  count(what, by = 1) {
    this.tallies.set(what, (this.tallies.get(what) ?? 0) + by);
  }

  note(act) {
    const seconds = ((Date.now() - this.startedAt) / 1000).toFixed(1);
    const line = { text: `${seconds} s  ${act}` };
    this.acts.push(line);
    if (this.acts.length > 2000) this.acts.shift();
    return line;
  }

  /** The last ones, as text. */
  lastActs(count = this.acts.length) {
    return this.acts.slice(-count).map(({ text }) => text);
  }

  /** An invariant does not hold. The same thing is told once. */
  fail(invariant, detail) {
    if (this.violations.some((one) => one.invariant === invariant && one.detail === detail)) return;
    const atMs = Date.now() - this.startedAt;
    const one = { invariant, detail, atMs, acts: this.lastActs(TOLD_ACTS) };
    this.violations.push(one);
    this.onViolation(one);
  }

  async start() {
    await this.daemon.start();
    await this.log.start();
    for (let number = 0; number < this.driveCount; number += 1) await this.addDrive(number);
  }

  /** An answer to a client; a daemon may refuse, and must say why as the documents have it. */
  async ask(method, address, body, headers) {
    const answer = await this.client.ask(method, address, body, headers);
    const { status, body: problem } = answer;
    if (status < 400) return answer;
    const code = problem?.code;
    this.count(`refused: ${code ?? status}`);
    if (code === undefined || code === 'internal')
      this.fail('no request fails inside the daemon', `${method} ${address}: ${status} ${answer.bytes}`);
    return answer;
  }

  head = () => this.log.catchUp();

  // --- drives

  async addDrive(number) {
    const spec = SHELF[number % SHELF.length];
    const { status, body } = await this.ask('POST', '/v1/virtual-drives', {
      name: `drive-${number}`,
      ...spec,
    });
    if (status !== 201) return undefined;
    const drive = {
      id: body.id,
      number,
      ...spec,
      records: RECORDS[spec.model],
      periods: [],
      lossy: [],
      at: 0,
    };
    this.model.drives.set(body.id, drive);
    return drive;
  }

  drives = () => [...this.model.drives.values()].filter(({ removed }) => !removed);

  /** Lets a drive take work. */
  async switchOn(drive) {
    const { headers, body } = await this.ask('GET', `/v1/drives/${drive.id}`);
    if (body.accepting && body.enabled) return true;
    const on = { accepting: true, enabled: true };
    const { status } = await this.ask('PATCH', `/v1/drives/${drive.id}`, on, { 'if-match': headers.etag });
    return status === 200;
  }

  mediumIn = (drive) => drive.periods.find(({ to }) => to === undefined)?.medium;

  #driveFolder = (drive) => path.join(this.places.state, 'virtual', 'drives', drive.id);

  /** What lies in the drive by the drive's own account, whoever put it there. */
  heldBy(drive) {
    const file = path.join(this.#driveFolder(drive), 'drive.json');
    if (!existsSync(file)) return undefined;
    const { medium } = JSON.parse(readFileSync(file, 'utf8'));
    return medium === null ? undefined : path.basename(medium);
  }

  /** Follows what lies in a drive; `from` is an event before which it cannot have lain there. */
  async follow(drive, from) {
    const held = this.heldBy(drive);
    const before = drive.periods.find(({ to }) => to === undefined);
    if (before?.medium === held) return held;
    const now = await this.head();
    if (before) before.to = now;
    if (held !== undefined) drive.periods.push({ medium: held, from, to: undefined });
    return held;
  }

  /** Puts a medium in; its name, or undefined where the drive would not have it. */
  async insert(drive, what) {
    const from = await this.head();
    const { status } = await this.ask('PUT', `/v1/virtual-drives/${drive.id}/medium`, {
      ...what,
      ...this.leaseOf(drive),
    });
    const held = await this.follow(drive, from);
    return status === 200 ? held : undefined;
  }

  /** Takes the medium out; its name. */
  async remove(drive) {
    const medium = this.mediumIn(drive);
    const lease = this.leases.get(drive.id);
    const query = lease === undefined ? '' : `?lease=${lease}`;
    const from = await this.head();
    const { status } = await this.ask('DELETE', `/v1/virtual-drives/${drive.id}/medium${query}`);
    await this.follow(drive, from);
    return status === 200 ? medium : undefined;
  }

  leaseOf(drive) {
    const lease = this.leases.get(drive.id);
    return lease === undefined ? {} : { lease };
  }

  /** Writes down what goes wrong with a drive from now on. */
  async setFaults(drive, faults) {
    const from = await this.head();
    const { status } = await this.ask('PUT', `/v1/virtual-drives/${drive.id}/faults`, {
      faults,
      ...this.leaseOf(drive),
    });
    if (status !== 204) return false;
    const lossy = drive.lossy.find(({ to }) => to === undefined);
    if (lossy) lossy.to = await this.head();
    if (faults.some((fault) => fault.do.action === 'lost-write')) drive.lossy.push({ from, to: undefined });
    drive.faulty = faults.length > 0;
    return true;
  }

  endLease(drive) {
    this.leases.delete(drive);
    this.bonds.delete(drive);
  }

  // --- jobs

  /** The daemon has taken a job; from now on it must be there. */
  accept(body, wanted) {
    const job = this.model.jobs.get(body.id) ?? newJob(body.id);
    this.model.jobs.set(body.id, Object.assign(job, { ours: true, request: body.request, wanted }));
    this.count('jobs accepted');
    return job;
  }

  /** Where a drive lies with what it holds that nobody wants any more. */
  discard(medium) {
    rmSync(path.join(mediaFolder(this.places.state), medium), { recursive: true, force: true });
    this.sealed.delete(medium);
  }
}
