import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { attemptProgress, imageUnderway } from '../jobs/frames.js';
import {
  type AttemptSummary,
  attemptSummary,
  type Copy,
  copy,
  imageView,
  jobSummary,
  type JobSummary,
} from '../jobs/records.js';
import { isFinalAttempt, isFinalJob } from '../jobs/states.js';
import type { Client } from './client.js';
import { type NameOfDrive, namesOfDrives } from './drive-names.js';
import { isAway } from './is-away.js';
import { imageProgressLine } from './image-progress-line.js';
import { inOwnWords, remedyFor } from './own-words.js';
import { progressLine, type ProgressBoard } from './progress-lines.js';
import { createNameTeller } from './tell-changed-names.js';

const frame = z.union([
  z.looseObject({ op: z.literal('welcome'), epoch: z.string(), head: z.number() }),
  z.looseObject({ op: z.literal('event'), seq: z.number(), kind: z.string(), data: z.unknown() }),
  z.looseObject({ op: z.literal('progress'), data: z.union([attemptProgress, imageUnderway]) }),
  z.looseObject({ op: z.literal('error'), problem: z.looseObject({ detail: z.string() }) }),
  z.looseObject({ op: z.enum(['snapshot', 'gap', 'pong']) }),
]);
type Frame = z.infer<typeof frame>;

/** One job that is followed, through as many connections as that takes. */
interface Following {
  readonly client: Client;
  readonly board: ProgressBoard;
  /** Stop as well when the job waits for a person. */
  readonly untilWaiting: boolean;
  readonly name: NameOfDrive;
  /** What was said last of each thing: news that reads the same is no news. */
  readonly said: Map<string, string>;
  /** Attempts that have ended. */
  readonly ended: Set<string>;
  readonly tellNames: (job: JobSummary) => Promise<unknown>;
  /** Last event seen, to go on from after a cut. */
  position: { epoch: string; seq: number } | undefined;
  /** The job as it was last. */
  last: JobSummary;
  /** Has what is told of its image told here, too, where there is a connection. */
  listenTo: ((image: string) => void) | undefined;
}

/** Whom news are told. */
type Told = Pick<Following, 'name' | 'last'>;

const RECONNECT_MS = 500;

/** What an event is about, and what there is to say. */
interface News {
  readonly about: string;
  readonly text: string;
}

/** What a person who sees a job wait wants to know: why, in which drive where there are several, and what helps. */
const helpFor = ({ id, state, reasons }: JobSummary, name: NameOfDrive): string[] => {
  if (state !== 'waiting') return [];
  const several = new Set(reasons.map(({ drive }) => drive)).size > 1;
  const why = reasons
    .flatMap(({ code, drive, detail }) => [
      detail && `${several && drive !== undefined ? `${name(drive)}: ` : ''}${inOwnWords(detail)}`,
      remedyFor(code),
    ])
    .filter((line) => line !== undefined);
  return [...new Set(why), `It stays in the queue; \`spindle cancel ${id}\` ends it.`];
};

/** How it ended the answer of the command says, with why: once is enough. */
const ofJob = (data: unknown, { name }: Told): News | undefined => {
  const job = jobSummary.parse(data);
  if (isFinalJob(job.state)) return undefined;
  const { id, state, reasons } = job;
  const why = reasons.map(({ code, drive }) => (drive === undefined ? code : `${code} (${name(drive)})`));
  const told = `job ${id}: ${state}${why.length === 0 ? '' : `: ${[...new Set(why)].join(', ')}`}`;
  return { about: 'job', text: [told, ...helpFor(job, name).map((line) => `  ${line}`)].join('\n') };
};

/** Why the only copy is bad is why the job has failed, which is told then. */
const whyBad = ({ problem }: Pick<Copy, 'problem'>, { last }: Told): string => {
  if (!problem) return '';
  return last.copiesWanted === 1 ? `: ${problem.code}` : `: ${problem.code}: ${inOwnWords(problem.detail)}`;
};

const EVENTS: Readonly<Record<string, (data: unknown, to: Told) => News | undefined>> = {
  'job.advanced': ofJob,
  'job.changed': ofJob,
  'copy.advanced': (data, to) => {
    const advanced = copy.parse(data);
    const { number, state, drive } = advanced;
    const where = drive === undefined ? '' : ` on ${to.name(drive)}`;
    return { about: `copy ${number}`, text: `copy ${number}: ${state}${where}${whyBad(advanced, to)}` };
  },
  'attempt.advanced': (data, { name }) => {
    const { copy: number, drive, state, phase, mediumAfter } = attemptSummary.parse(data);
    const text = state === 'underway' && phase !== undefined ? phase : state;
    const medium = mediumAfter === undefined ? '' : `; its medium: ${mediumAfter.state}`;
    // Told beside its copy: both say how it ended, which is said once.
    return { about: `copy ${number}`, text: `copy ${number}: ${text} on ${name(drive)}${medium}` };
  },
};

const tell = (kind: string, data: unknown, following: Following): string | undefined => {
  const { said } = following;
  const news = EVENTS[kind]?.(data, following);
  if (!news || said.get(news.about) === news.text) return undefined;
  said.set(news.about, news.text);
  return news.text;
};

const fetchJob = async (client: Client, job: string): Promise<JobSummary> =>
  jobSummary.strip().parse(await client.call('GET', `/v1/jobs/${job}`));

const isOver = ({ last: { state }, untilWaiting }: Following): boolean =>
  isFinalJob(state) || (untilWaiting && state === 'waiting');

const say = (kind: string, data: unknown, following: Following): void => {
  const text = tell(kind, data, following);
  if (text !== undefined) following.board.say(text);
};

/** How a job is that nobody has told of: it may have come to wait before it was followed. */
const sayHowItIs = (following: Following): void => {
  if (!isFinalJob(following.last.state)) say('job.changed', following.last, following);
};

/** What was asked for and what was told may overtake each other. */
const see = (job: JobSummary, following: Following): void => {
  if (job.rev < following.last.rev) return;
  if (job.image !== undefined && job.image !== following.last.image) following.listenTo?.(job.image);
  following.last = job;
  void following.tellNames(job);
};

/** How the job is now; nothing new while the daemon is away. */
const look = async (following: Following): Promise<void> => {
  try {
    see(await fetchJob(following.client, following.last.id), following);
  } catch (error) {
    if (!isAway(error)) throw error;
  }
};

const attemptKey = ({ copy: number, attempt }: { readonly copy: number; readonly attempt: number }): string =>
  `${number}/${attempt}`;

/** What has ended is underway no more, whatever progress of it is still to come. */
const endAttempt = (
  { copy: number, number: attempt, drive, state }: AttemptSummary,
  following: Following,
): void => {
  if (!isFinalAttempt(state)) return;
  following.ended.add(attemptKey({ copy: number, attempt }));
  following.board.drop(drive);
};

/** One connection to the event stream. */
interface Watch {
  readonly following: Following;
  readonly stop: () => void;
}

type FrameHandlers = { [Op in Frame['op']]?: (frame: Extract<Frame, { op: Op }>, watch: Watch) => void };

const HANDLERS: FrameHandlers = {
  welcome: ({ epoch, head }, { following, stop }) => {
    const goesOn = following.position !== undefined;
    following.position ??= { epoch, seq: head };
    // What happened before this moment is told by nobody else.
    look(following).then(() => {
      if (!goesOn) sayHowItIs(following);
      if (isOver(following)) stop();
    }, stop);
  },
  progress: ({ data }, { following: { board, name, last, ended } }) => {
    if ('image' in data) {
      if (data.image === last.image) board.show('image', imageProgressLine(data));
      return;
    }
    const { drive } = data;
    if (data.job === last.id && !ended.has(attemptKey(data)))
      board.show(drive, progressLine(name(drive), data));
  },
  error: ({ problem }, { following: { board } }) => {
    board.say(problem.detail);
  },
  event: ({ seq, kind, data }, { following, stop }) => {
    if (following.position) following.position.seq = seq;
    if (kind === 'attempt.advanced') endAttempt(attemptSummary.parse(data), following);
    say(kind, data, following);
    if (kind === 'image.advanced' && imageView.parse(data).id === following.last.image)
      following.board.drop('image');
    if (kind === 'job.advanced' || kind === 'job.changed') see(jobSummary.parse(data), following);
    if (kind === 'job.deleted' || isOver(following)) stop();
  },
};

/** Resolves when the connection is cut or the job has ended. */
const followOnce = async (following: Following): Promise<void> => {
  const socket = following.client.events();
  const watch: Watch = {
    following,
    stop: () => {
      socket.close();
    },
  };
  socket.on('error', () => undefined);
  socket.on('open', () => {
    const { position: resume, last } = following;
    following.listenTo = (image) => {
      socket.send(JSON.stringify({ op: 'subscribe', topics: [`images/${image}`] }));
    };
    const ofImage = last.image === undefined ? [] : [`images/${last.image}`];
    socket.send(
      JSON.stringify({
        op: 'hello',
        topics: [`jobs/${last.id}`, 'drives/*', ...ofImage],
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
  following.listenTo = undefined;
};

const followToTheEnd = async (following: Following): Promise<void> => {
  while (!isOver(following)) {
    await followOnce(following).catch(() => undefined);
    if (isOver(following)) return;
    await look(following);
    if (!isOver(following)) await sleep(RECONNECT_MS);
  }
};

/**
 * Shows what happens to a job until it has ended, through restarts of the daemon. The job as it was last.
 * @throws SpindleError what the daemon refuses, e.g. `job-unknown`; `daemon-unreachable` when it is not there to begin with.
 */
export const followJob = async (
  client: Client,
  job: string,
  { board, untilWaiting }: Pick<Following, 'board' | 'untilWaiting'>,
): Promise<JobSummary> => {
  const following: Following = {
    client,
    board,
    untilWaiting,
    name: await namesOfDrives(client),
    said: new Map(),
    ended: new Set(),
    tellNames: createNameTeller(client, (line) => {
      board.say(line);
    }),
    position: undefined,
    listenTo: undefined,
    last: await fetchJob(client, job),
  };
  sayHowItIs(following);
  try {
    await followToTheEnd(following);
    await following.tellNames(following.last);
  } finally {
    board.clear();
  }
  return following.last;
};
