import { Argument, type Command, InvalidArgumentError } from 'commander';
import { ulid } from '../../jobs/identifier.js';
import { imageView, jobSummary, type JobSummary } from '../../jobs/records.js';
import { type Client, connectClient, listAll, listFirst } from '../client.js';
import type { Context } from '../context.js';
import { type NameOfDrive, namesOfDrives, whatIsSeen } from '../drive-names.js';
import { whyItFailed } from '../how-it-ended.js';
import { inOwnWords } from '../own-words.js';
import { count } from '../quantities.js';
import { textTable } from '../text-table.js';
import { volumeOf } from './image-client.js';
import { watchToTheEnd } from './burn.js';

const WAITING =
  'What waits goes on by itself once somebody has done what it waits for; `spindle cancel JOB` ends it.';

const ACTIONS = {
  hold: 'keep a job from starting',
  release: 'let a held job start',
  retry: 'make a new job of the copies that did not become good',
} as const;

/** What drives and images are called, by their ids. */
interface Names {
  readonly drive: NameOfDrive;
  readonly volumes: ReadonlyMap<string, string>;
}

const NO_NAMES: Names = { drive: (id) => id, volumes: new Map() };

const namesFor = async (client: Client): Promise<Names> => {
  const [drive, images] = await Promise.all([
    namesOfDrives(client),
    whatIsSeen(listAll(client, '/v1/images', imageView.strip())),
  ]);
  return {
    drive,
    volumes: new Map(images.map((image) => [image.id, volumeOf(image)])),
  };
};

/** Drives that say the same say it once. */
const reasonsOf = ({ reasons }: JobSummary, { drive: name }: Names): string[] => {
  const saying = new Map<string, string[]>();
  for (const { code, drive, detail } of reasons) {
    const said = detail === undefined ? code : `${code}: ${inOwnWords(detail)}`;
    saying.set(said, [...(saying.get(said) ?? []), ...(drive === undefined ? [] : [name(drive)])]);
  }
  return [...saying].map(([said, names]) => (names.length === 0 ? said : `${names.join(', ')}: ${said}`));
};

const whyOf = (job: JobSummary, names: Names): string => {
  const { id, problem } = job;
  if (!problem) return reasonsOf(job, names).join('; ');
  const { detail, errors = [] } = problem;
  const all = errors.length > 1 ? ` (1 of ${errors.length}; \`spindle jobs ${id}\` tells all)` : '';
  return `${inOwnWords(detail)}${all}`;
};

/** A job with all that is to be said of it. */
const describeJob = (job: JobSummary, names: Names): string =>
  [
    textTable(HEAD.slice(0, -1), [row(job, names).slice(0, -1)]),
    ...reasonsOf(job, names).map((reason) => `waits for ${reason}`),
    ...whyItFailed(job),
  ].join('\n');

const HEAD = ['JOB', 'TYPE', 'STATE', 'GOOD', 'LABEL', 'VOLUME', 'WHY'];

const row = (job: JobSummary, names: Names): string[] => {
  const { id, type, state, outcome, copies, copiesWanted, label, image = '' } = job;
  return [
    id,
    type,
    outcome === undefined ? state : `${state} (${outcome})`,
    `${copies.good}/${copiesWanted}`,
    label ?? '',
    names.volumes.get(image) ?? '',
    whyOf(job, names),
  ];
};

/** Refused before anybody is asked, where it can be the id of no job. */
const jobArgument = (name = '<job>'): Argument =>
  new Argument(name).argParser((id) => {
    if (!ulid.safeParse(id).success)
      throw new InvalidArgumentError('It takes the id of a job as `spindle jobs` lists it.');
    return id;
  });

/** What the daemon gives at once. */
const MOST_IN_PAGE = 200;

const numberOfJobs = (text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('must be a number of jobs');
  return Number(text);
};

interface Selection {
  readonly state?: string;
  readonly limit?: number;
}

const listJobs = async (
  { daemon, answer, note, json, columns }: Context,
  { state, limit = Infinity }: Selection,
): Promise<void> => {
  const query = new URLSearchParams({
    ...(state !== undefined && { state }),
    ...(limit <= MOST_IN_PAGE && { limit: String(limit) }),
  });
  const client = connectClient(daemon);
  const { items: jobs, more } = await listFirst(
    client,
    `/v1/jobs?${query.toString()}`,
    jobSummary.strip(),
    limit,
  );
  const names = json ? NO_NAMES : await namesFor(client);
  const rows = jobs.map((job) => row(job, names));
  answer(jobs, () => textTable(HEAD, rows, columns));
  if (json) return;
  if (more) note(`There are more than ${count(jobs.length, 'job')}.`);
  if (jobs.some((job) => job.state === 'waiting')) note(WAITING);
};

const showJob = async ({ daemon, answer, json }: Context, id: string): Promise<void> => {
  const client = connectClient(daemon);
  const job = jobSummary.strip().parse(await client.call('GET', `/v1/jobs/${id}`));
  const names = json ? NO_NAMES : await namesFor(client);
  answer(job, () => describeJob(job, names));
};

const listCommand = (program: Command, context: () => Context): void => {
  program
    .command('jobs')
    .addArgument(jobArgument('[job]'))
    .description('list the jobs, newest first, or say all of one')
    .option('--state <state>', 'only jobs in this state')
    .option('--limit <n>', 'no more than so many', numberOfJobs)
    .action((job: string | undefined, selection: Selection) =>
      job === undefined ? listJobs(context(), selection) : showJob(context(), job),
    );
};

export const jobCommands = (program: Command, context: () => Context): void => {
  listCommand(program, context);

  program
    .command('watch')
    .addArgument(jobArgument())
    .description('show a job until it has ended')
    .option('--until-waiting', 'end with code 8 when the job waits for a person')
    .action((job: string, { untilWaiting }: { untilWaiting?: boolean }) =>
      watchToTheEnd(context(), job, untilWaiting ?? false),
    );

  program
    .command('cancel')
    .addArgument(jobArgument())
    .description('stop a job')
    .option('--force', 'even if that ruins a disc that can be written only once')
    .action(async (job: string, { force }: { force?: boolean }) => {
      const { daemon, answer } = context();
      const answered = await connectClient(daemon).call('POST', `/v1/jobs/${job}/actions/cancel`, {
        force: force ?? false,
      });
      const after = jobSummary.strip().parse(answered);
      answer(after, () => `job ${job}: ${after.state}`);
    });

  for (const [action, description] of Object.entries(ACTIONS)) {
    program
      .command(action)
      .addArgument(jobArgument())
      .description(description)
      .action(async (job: string) => {
        const { daemon, answer } = context();
        const answered = await connectClient(daemon).call('POST', `/v1/jobs/${job}/actions/${action}`);
        const after = jobSummary.strip().parse(answered);
        answer(after, () => `job ${after.id}: ${after.state}`);
      });
  }
};
