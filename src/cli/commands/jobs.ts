import { Argument, type Command, InvalidArgumentError } from 'commander';
import { ulid } from '../../jobs/identifier.js';
import { jobSummary, type JobSummary } from '../../jobs/records.js';
import { connectClient, listAll } from '../client.js';
import type { Context } from '../context.js';
import { textTable } from '../text-table.js';
import { watchToTheEnd } from './burn.js';

const ACTIONS = {
  hold: 'keep a job from starting',
  release: 'let a held job start',
  retry: 'make a new job of the copies that did not become good',
} as const;

const whyOf = ({ problem, reasons }: JobSummary): string =>
  problem?.detail ??
  [...new Set(reasons.map(({ code, drive }) => (drive === undefined ? code : `${code} (${drive})`)))].join(
    ', ',
  );

const row = (job: JobSummary): string[] => {
  const { id, type, state, outcome, copies, copiesWanted, label } = job;
  return [
    id,
    type,
    outcome === undefined ? state : `${state} (${outcome})`,
    `${copies.good}/${copiesWanted}`,
    label ?? '',
    whyOf(job),
  ];
};

/** Refused before anybody is asked, where it can be the id of no job. */
const jobArgument = (): Argument =>
  new Argument('<job>').argParser((id) => {
    if (!ulid.safeParse(id).success)
      throw new InvalidArgumentError('It takes the id of a job as `spindle jobs` lists it.');
    return id;
  });

export const jobCommands = (program: Command, context: () => Context): void => {
  program
    .command('jobs')
    .description('list the jobs, newest first')
    .option('--state <state>', 'only jobs in this state')
    .action(async ({ state }: { state?: string }) => {
      const { daemon, answer } = context();
      const query = state === undefined ? '' : `?state=${encodeURIComponent(state)}`;
      const jobs = await listAll(connectClient(daemon), `/v1/jobs${query}`, jobSummary.strip());
      answer(jobs, () => textTable(['JOB', 'TYPE', 'STATE', 'GOOD', 'LABEL', 'WHY'], jobs.map(row)));
    });

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
