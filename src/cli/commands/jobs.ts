import type { Command } from 'commander';
import { jobSummary, type JobSummary } from '../../jobs/records.js';
import { listAll } from '../client.js';
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
  reasons.map(({ code, drive }) => (drive === undefined ? code : `${code} (${drive})`)).join(', ');

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

export const jobCommands = (program: Command, context: () => Context): void => {
  program
    .command('jobs')
    .description('list the jobs, newest first')
    .option('--state <state>', 'only jobs in this state')
    .action(async ({ state }: { state?: string }) => {
      const { client, answer } = context();
      const query = state === undefined ? '' : `?state=${encodeURIComponent(state)}`;
      const jobs = await listAll(client, `/v1/jobs${query}`, jobSummary.strip());
      answer(jobs, () => textTable(['JOB', 'TYPE', 'STATE', 'GOOD', 'LABEL', 'WHY'], jobs.map(row)));
    });

  program
    .command('watch <job>')
    .description('show a job until it has ended')
    .option('--until-waiting', 'end with code 8 when the job waits for a person')
    .action((job: string, { untilWaiting }: { untilWaiting?: boolean }) =>
      watchToTheEnd(context(), job, untilWaiting ?? false),
    );

  program
    .command('cancel <job>')
    .description('stop a job')
    .option('--force', 'even if that ruins a disc that can be written only once')
    .action(async (job: string, { force }: { force?: boolean }) => {
      const { client, answer } = context();
      const after = jobSummary
        .strip()
        .parse(await client.call('POST', `/v1/jobs/${job}/actions/cancel`, { force: force ?? false }));
      answer(after, () => `job ${job}: ${after.state}`);
    });

  for (const [action, description] of Object.entries(ACTIONS)) {
    program
      .command(`${action} <job>`)
      .description(description)
      .action(async (job: string) => {
        const { client, answer } = context();
        const after = jobSummary
          .strip()
          .parse(await client.call('POST', `/v1/jobs/${job}/actions/${action}`));
        answer(after, () => `job ${after.id}: ${after.state}`);
      });
  }
};
