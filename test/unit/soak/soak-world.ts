import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createModel } from '../../soak/model.mjs';
import { sha256 } from '../../soak/media.mjs';
import { temporaryFolder } from '../../support/temporary-folder.js';

export const BLOCK = 2048;

interface Track {
  readonly start: number;
  readonly session: number;
  readonly data: Buffer;
  /** Blocks that the map calls recorded; absent: all. */
  readonly recorded?: number;
}

interface Medium {
  readonly tracks?: readonly Track[];
  readonly finalized?: boolean;
  readonly format?: object | null;
  readonly underway?: string | null;
  readonly openSession?: boolean;
  readonly capacity?: number;
}

const DRIVE = 'drive';
const IMAGE = 'image';

const mapOf = (count: number): Buffer => {
  const map = Buffer.alloc(Math.ceil(count / 8));
  for (let unit = 0; unit < count; unit += 1) map[unit >> 3]! |= 0x80 >> (unit & 7);
  return map;
};

/** A medium as a virtual drive would leave it, by the description in docs/architecture/virtual-drives.md. */
export const writeMedium = (state: string, name: string, medium: Medium): void => {
  const { tracks = [], finalized = false, format = null, underway = null, openSession = false } = medium;
  const folder = join(state, 'virtual', 'media', name);
  mkdirSync(folder, { recursive: true });
  const sessions = [...new Set(tracks.map(({ session }) => session))].map((number) => ({
    number,
    leadOut: openSession ? null : 1,
  }));
  const rows = tracks.map(({ start, session }, index) => ({
    number: index + 1,
    session,
    start,
    firstUnit: start,
    unit: { mainBytes: BLOCK, subchannelBytes: 0 },
  }));
  const capacity = medium.capacity ?? 64;
  const tables = { underway, finalized, format, sessions, tracks: rows, capacity };
  writeFileSync(join(folder, 'medium.json'), JSON.stringify(tables));
  for (const [index, { data, recorded = data.length / BLOCK }] of tracks.entries()) {
    const file = join(folder, `track-0${index + 1}`);
    writeFileSync(`${file}.data`, data);
    writeFileSync(`${file}.map`, mapOf(recorded));
  }
};

/** A run in which one attempt at a medium has ended well. */
export const soakWorld = (blank: string, request: { type: string } & Record<string, unknown>) => {
  const folder = temporaryFolder();
  const state = join(folder, 'state');
  const medium = `${blank}-0`;
  const failures: string[] = [];
  const model = createModel((invariant: string, detail: string) => failures.push(`${invariant}: ${detail}`));
  model.drives.set(DRIVE, { id: DRIVE, periods: [{ medium, from: 0, to: undefined }], lossy: [] });
  let seq = 1;
  const tell = (kind: string, data: object): void => {
    model.onEvent({ seq: (seq += 1), kind, data });
  };

  /** A job of one copy that is good. */
  const good = (job: string, asked: object, kind: string, touched = true): void => {
    tell('job.created', { id: job, state: 'queued', image: IMAGE });
    Object.assign(model.jobs.get(job), {
      ours: true,
      request: asked,
      wanted: { kind: 'image', source: 's', floor: 0 },
    });
    tell('copy.advanced', { job, number: 1, kind, state: 'active' });
    for (const attempt of ['assigned', 'underway', 'good'])
      tell('attempt.advanced', { job, copy: 1, number: 1, drive: DRIVE, state: attempt, touched });
    tell('copy.advanced', { job, number: 1, kind, state: 'good' });
  };

  const recorded = Buffer.alloc(4 * BLOCK, 7);
  let content: Buffer = recorded;
  tell('image.created', { id: IMAGE, bytes: recorded.length });
  const world = {
    model,
    places: { state, folder },
    sources: { statesSince: () => [sha256(recorded)] },
    known: new Set<string>(),
    sealed: new Map(),
    client: {
      ask: (_: string, address: string) =>
        Promise.resolve(
          address.includes('/unreadable')
            ? { status: 200, body: { items: [] } }
            : { status: 200, bytes: content },
        ),
    },
    head: () => Promise.resolve(),
    count: () => undefined,
    fail: (invariant: string, detail: string) => failures.push(`${invariant}: ${detail}`),
  };
  return {
    world,
    failures,
    medium,
    /** The image of the attempt, and what it holds by the API. */
    recorded,
    gives: (bytes: Buffer) => {
      content = bytes;
    },
    holds: (what: Medium) => {
      writeMedium(state, medium, what);
    },
    good,
    /** The attempt of the request. */
    done: () => {
      good('job', request, request.type === 'data' ? 'disc' : request.type);
    },
    judged: () => model.attemptsOf('job')[0]!.judged,
  };
};
