import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { attemptRef } from '../burn/journal-entry.js';
import { progress } from '../burn/progress.js';
import { attemptSummary, copy, jobSummary, type Copy, type JobSummary } from '../jobs/records.js';
import { isFinalJob } from '../jobs/states.js';
import { type Client } from './client.js';
import { progressLine, type ProgressBoard } from './progress-lines.js';

const frame = z.union([
  z.looseObject({ op: z.literal('welcome'), epoch: z.string(), head: z.number() }),
  z.looseObject({ op: z.literal('event'), seq: z.number(), kind: z.string(), data: z.unknown() }),
  z.looseObject({
    op: z.literal('progress'),
    topic: z.string(),
    data: z.object({ attempt: attemptRef, progress }),
  }),
  z.looseObject({ op: z.literal('error'), problem: z.looseObject({ detail: z.string() }) }),
  z.looseObject({ op: z.enum(['snapshot', 'gap', 'pong']) }),
]);
type Frame = z.infer<typeof frame>;

interface Following {
  /** Highest event seen, to go on from after a cut. */
  position: { epoch: string; seq: number } | undefined;
}

const RECONNECT_MS = 500;

const describeCopy = ({ number, state, drive, problem }: Copy): string =>
  `copy ${number}: ${state}${drive === undefined ? '' : ` on ${drive}`}${problem ? `: ${problem.code}: ${problem.detail}` : ''}`;

const describeJob = ({ id, state, outcome, reasons }: JobSummary): string => {
  const why = reasons
    .map(({ code, drive }) => (drive === undefined ? code : `${code} (${drive})`))
    .join(', ');
  return `job ${id}: ${state}${outcome === undefined ? '' : ` (${outcome})`}${why === '' ? '' : `: ${why}`}`;
};

type EventHandler = (data: unknown) => string | undefined;

const EVENTS: Readonly<Record<string, EventHandler>> = {
  'job.advanced': (data) => describeJob(jobSummary.parse(data)),
  'job.changed': (data) => describeJob(jobSummary.parse(data)),
  'copy.advanced': (data) => describeCopy(copy.parse(data)),
  'attempt.advanced': (data) => {
    const { copy: number, number: attempt, drive, state, phase } = attemptSummary.parse(data);
    return `copy ${number}, attempt ${attempt} on ${drive}: ${state}${phase === undefined ? '' : `, ${phase}`}`;
  },
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
      if (isFinalJob(state)) stop();
    }, stop);
  },
  progress: ({ topic, data }, { board }) => {
    const name = topic.replace(/^drives\//, '');
    board.show(name, progressLine(name, data.progress));
  },
  error: ({ problem }, { board }) => {
    board.say(problem.detail);
  },
  event: ({ seq, kind, data }, { board, following, stop }) => {
    if (following.position) following.position.seq = seq;
    const text = EVENTS[kind]?.(data);
    if (text !== undefined) board.say(text);
    if (kind === 'job.advanced' && isFinalJob(jobSummary.parse(data).state)) stop();
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

/**
 * Shows what happens to a job until it has ended, through restarts of the daemon. The job as it ended.
 * @throws SpindleError `job-unknown`; `daemon-unreachable` when the daemon is not there to begin with.
 */
export const followJob = async (client: Client, job: string, board: ProgressBoard): Promise<JobSummary> => {
  const following: Following = { position: undefined };
  let last = await fetchJob(client, job);
  while (!isFinalJob(last.state)) {
    await followOnce(client, job, following, board).catch(() => undefined);
    last = await fetchJob(client, job).catch(() => last);
    if (!isFinalJob(last.state)) await sleep(RECONNECT_MS);
  }
  board.clear();
  return last;
};
