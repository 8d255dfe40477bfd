import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { attemptProgress } from '../jobs/frames.js';
import { attemptSummary, copy, jobSummary, type JobSummary } from '../jobs/records.js';
import { isFinalJob, type JobState } from '../jobs/states.js';
import { listAll, type Client } from './client.js';
import { progressLine, type ProgressBoard } from './progress-lines.js';

const frame = z.union([
  z.looseObject({ op: z.literal('welcome'), epoch: z.string(), head: z.number() }),
  z.looseObject({ op: z.literal('event'), seq: z.number(), kind: z.string(), data: z.unknown() }),
  z.looseObject({ op: z.literal('progress'), data: attemptProgress }),
  z.looseObject({ op: z.literal('error'), problem: z.looseObject({ detail: z.string() }) }),
  z.looseObject({ op: z.enum(['snapshot', 'gap', 'pong']) }),
]);
type Frame = z.infer<typeof frame>;

interface Following {
  /** Last event seen, to go on from after a cut. */
  position: { epoch: string; seq: number } | undefined;
  /** What was said last of each thing: news that reads the same is no news. */
  readonly said: Map<string, string>;
  /** Names of drives by id. */
  readonly names: ReadonlyMap<string, string>;
  /** There is nothing more to wait for. */
  readonly isOver: (state: JobState) => boolean;
}

const RECONNECT_MS = 500;

/** What an event is about, and what there is to say. */
interface News {
  readonly about: string;
  readonly text: string;
}

type Name = (drive: string) => string;

const ofJob = (data: unknown, name: Name): News => {
  const { id, state, outcome, reasons } = jobSummary.parse(data);
  const why = reasons.map(({ code, drive }) => (drive === undefined ? code : `${code} (${name(drive)})`));
  const ending = outcome === undefined ? '' : ` (${outcome})`;
  return {
    about: 'job',
    text: `job ${id}: ${state}${ending}${why.length === 0 ? '' : `: ${why.join(', ')}`}`,
  };
};

const EVENTS: Readonly<Record<string, (data: unknown, name: Name) => News>> = {
  'job.advanced': ofJob,
  'job.changed': ofJob,
  'copy.advanced': (data, name) => {
    const { number, state, drive, problem } = copy.parse(data);
    const where = drive === undefined ? '' : ` on ${name(drive)}`;
    return {
      about: `copy ${number}`,
      text: `copy ${number}: ${state}${where}${problem ? `: ${problem.code}: ${problem.detail}` : ''}`,
    };
  },
  'attempt.advanced': (data, name) => {
    const { copy: number, drive, state, phase } = attemptSummary.parse(data);
    const text = state === 'underway' && phase !== undefined ? phase : state;
    return { about: `attempt ${number}`, text: `copy ${number}: ${text} on ${name(drive)}` };
  },
};

const tell = (kind: string, data: unknown, { said, names }: Following): string | undefined => {
  const news = EVENTS[kind]?.(data, (drive) => names.get(drive) ?? drive);
  if (!news || said.get(news.about) === news.text) return undefined;
  said.set(news.about, news.text);
  return news.text;
};

const fetchJob = async (client: Client, job: string): Promise<JobSummary> =>
  jobSummary.strip().parse(await client.call('GET', `/v1/jobs/${job}`));

/** One connection to the event stream. */
interface Watch {
  readonly client: Client;
  readonly job: string;
  readonly board: ProgressBoard;
  readonly following: Following;
  readonly stop: () => void;
}

type FrameHandlers = { [Op in Frame['op']]?: (frame: Extract<Frame, { op: Op }>, watch: Watch) => void };

const HANDLERS: FrameHandlers = {
  welcome: ({ epoch, head }, { client, job, following, stop }) => {
    following.position ??= { epoch, seq: head };
    // What happened before this moment is told by nobody else.
    void fetchJob(client, job).then(({ state }) => {
      if (following.isOver(state)) stop();
    }, stop);
  },
  progress: ({ data }, { board, following, job }) => {
    const { drive } = data;
    if (data.job === job) board.show(drive, progressLine(following.names.get(drive) ?? drive, data));
  },
  error: ({ problem }, { board }) => {
    board.say(problem.detail);
  },
  event: ({ seq, kind, data }, { board, following, stop }) => {
    if (following.position) following.position.seq = seq;
    const text = tell(kind, data, following);
    if (text !== undefined) board.say(text);
    if (kind === 'job.advanced' && following.isOver(jobSummary.parse(data).state)) stop();
  },
};

/** Resolves when the connection is cut or the job has ended. */
const followOnce = async (
  client: Client,
  job: string,
  following: Following,
  board: ProgressBoard,
): Promise<void> => {
  const socket = client.events();
  const watch: Watch = {
    client,
    job,
    board,
    following,
    stop: () => {
      socket.close();
    },
  };
  socket.on('error', () => undefined);
  socket.on('open', () => {
    const resume = following.position;
    socket.send(
      JSON.stringify({
        op: 'hello',
        topics: [`jobs/${job}`, 'drives/*'],
        progressHz: 4,
        ...(resume && { resume }),
      }),
    );
  });
  socket.on('message', (data: Buffer) => {
    const { data: received } = frame.safeParse(JSON.parse(data.toString('utf8')));
    if (received)
      (HANDLERS[received.op] as ((frame: Frame, watch: Watch) => void) | undefined)?.(received, watch);
  });
  await once(socket, 'close');
};

export interface FollowOptions {
  readonly board: ProgressBoard;
  /** Stop as well when the job waits for a person. */
  readonly untilWaiting: boolean;
}

/**
 * Shows what happens to a job until it has ended, through restarts of the daemon. The job as it was last.
 * @throws SpindleError `job-unknown`; `daemon-unreachable` when the daemon is not there to begin with.
 */
export const followJob = async (
  client: Client,
  job: string,
  { board, untilWaiting }: FollowOptions,
): Promise<JobSummary> => {
  const drives = await listAll(client, '/v1/drives', z.looseObject({ id: z.string(), name: z.string() }));
  const isOver = (state: JobState): boolean => isFinalJob(state) || (untilWaiting && state === 'waiting');
  const following: Following = {
    position: undefined,
    said: new Map(),
    names: new Map(drives.map(({ id, name }) => [id, name])),
    isOver,
  };
  let last = await fetchJob(client, job);
  while (!isOver(last.state)) {
    await followOnce(client, job, following, board).catch(() => undefined);
    last = await fetchJob(client, job).catch(() => last);
    if (!isOver(last.state)) await sleep(RECONNECT_MS);
  }
  board.clear();
  return last;
};
