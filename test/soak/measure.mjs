import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { burdenOf } from './processes.mjs';

const MIB = 1 << 20;

/** What a folder takes on disk. A medium is sparse: what counts is what is allocated. */
const diskUse = (folder) => {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return 0; // it went meanwhile
  }
  return entries.reduce((sum, entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return sum + diskUse(file);
    return sum + (lstatSync(file, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
  }, 0);
};

const valueOf = (text, name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);

const largest = (numbers) => (numbers.length === 0 ? NaN : Math.max(...numbers));
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/**
 * One look at everything that must not grow. Sizes in MiB, delays in ms, processor time in s.
 * @param {any} world
 */
export const measure = async (world) => {
  const { daemon, places, client } = world;
  const pid = daemon.pid();
  const text = await client
    .ask('GET', '/metrics')
    .then(({ bytes }) => bytes.toString())
    .catch(() => '');
  const of = burdenOf(pid);
  const processes = daemon.processes();
  const workers = processes
    .filter(({ program }) => program === 'worker')
    .map((one) => ({ pid: one.pid, ...burdenOf(one.pid) }));
  const homes = processes
    .filter(({ program }) => program === 'home')
    .map((one) => ({ pid: one.pid, ...burdenOf(one.pid) }));
  const state = diskUse(places.state);
  const log = diskUse(path.join(places.state, 'log'));
  const database = sum(
    ['', '-wal', '-shm'].map(
      (end) => lstatSync(`${places.state}/spindle.db${end}`, { throwIfNoEntry: false })?.size ?? 0,
    ),
  );
  return {
    atMs: Date.now() - world.startedAt,
    pid,
    rss: of.rssKiB / 1024,
    heap: valueOf(text, 'spindle_nodejs_heap_size_used_bytes') / MIB,
    besideHeap: of.rssKiB / 1024 - valueOf(text, 'spindle_nodejs_heap_size_total_bytes') / MIB,
    external: valueOf(text, 'spindle_nodejs_external_memory_bytes') / MIB,
    // Our own WebSockets, of which there are none at one time and six at another, are nothing that the daemon keeps.
    descriptors: of.descriptors - world.sockets.open().length,
    threads: of.threads,
    lag: valueOf(text, 'spindle_nodejs_eventloop_lag_p99_seconds') * 1000,
    lagMax: valueOf(text, 'spindle_nodejs_eventloop_lag_max_seconds') * 1000,
    cpu: valueOf(text, 'spindle_process_cpu_seconds_total'),
    events: valueOf(text, 'spindle_events'),
    workers,
    homes,
    workerRss: largest(workers.map(({ rssKiB }) => rssKiB / 1024)),
    workerDescriptors: largest(workers.map(({ descriptors }) => descriptors)),
    processes: processes.length,
    database: database / MIB,
    log: log / MIB,
    state: (state - log) / MIB - database / MIB,
    open: world.model.openJobs().length,
  };
};
/** @typedef {Awaited<ReturnType<typeof measure>>} Sample */
