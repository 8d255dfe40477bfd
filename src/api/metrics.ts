import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Fleet } from '../fleet/fleet.js';
import type { Store } from '../jobs/store/store.js';
import type { Connections } from './connections.js';

export interface Metrics {
  /** One request that was answered. The route is its pattern: ids and paths would be labels without end. */
  answered(request: { method: string; route: string; status: number; seconds: number }): void;
  /** Text format of Prometheus. */
  read(): Promise<{ text: string; contentType: string }>;
}

interface Watched {
  readonly store: Store;
  readonly fleet: Fleet;
  readonly connections: Connections;
}

const gaugeBy = (registers: Registry[], name: string, help: string, labelNames: string[] = ['state']) =>
  new Gauge({ name: `spindle_${name}`, help, labelNames, registers });

/** Measured when somebody asks: how many jobs, copies, attempts and images are in each state. */
const watchStore = (registers: Registry[], store: Store): (() => Promise<void>) => {
  const gauges = {
    jobs: gaugeBy(registers, 'jobs', 'Jobs by state'),
    copies: gaugeBy(registers, 'copies', 'Copies by state'),
    attempts: gaugeBy(registers, 'attempts', 'Attempts by state'),
    images: gaugeBy(registers, 'images', 'Images by state'),
  };
  const events = gaugeBy(registers, 'events', 'Events in the log', []);
  return async () => {
    const statistics = await store.statistics();
    events.set(statistics.events);
    for (const [table, gauge] of Object.entries(gauges)) {
      const counts = statistics[table as keyof typeof gauges];
      for (const [state, count] of Object.entries(counts)) gauge.set({ state }, count);
    }
  };
};

const watchDrives = (registers: Registry[], fleet: Fleet): (() => void) => {
  const holding = gaugeBy(registers, 'drive', '1 for what holds the drive: free, leased, busy, …', [
    'drive',
    'holding',
  ]);
  const speed = gaugeBy(registers, 'drive_kbps', 'kB/s of the attempt at hand', ['drive']);
  const fifo = gaugeBy(registers, 'drive_fifo_fill_ratio', 'Fill of the FIFO, 0 to 1', ['drive']);
  return () => {
    for (const gauge of [holding, speed, fifo]) gauge.reset();
    for (const { id, holding: by, progress } of fleet.states()) {
      holding.set({ drive: id, holding: by }, 1);
      speed.set({ drive: id }, progress?.kBps ?? 0);
      if (progress?.fifoFill !== undefined) fifo.set({ drive: id }, progress.fifoFill);
    }
  };
};

export const createMetrics = ({ store, fleet, connections }: Watched): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'spindle_' });
  const readStore = watchStore(registers, store);
  const readDrives = watchDrives(registers, fleet);
  const clients = gaugeBy(registers, 'event_connections', 'WebSockets and SSE streams', []);
  const requests = new Counter({
    name: 'spindle_http_requests_total',
    help: 'Requests answered',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'spindle_http_request_seconds',
    help: 'Time until a request was answered; long polls include their waiting',
    labelNames: ['method', 'route'],
    registers,
  });
  return {
    answered: ({ method, route, status, seconds: taken }) => {
      requests.inc({ method, route, status });
      seconds.observe({ method, route }, taken);
    },
    read: async () => {
      await readStore();
      readDrives();
      clients.set(connections.count());
      return { text: await registry.metrics(), contentType: registry.contentType };
    },
  };
};
