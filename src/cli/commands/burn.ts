import type { Command } from 'commander';
import { z } from 'zod';
import { connectClient } from '../client.js';
import { contentOptions } from '../content-options.js';
import type { Context } from '../context.js';
import { exitCodeOfJob } from '../exit-codes.js';
import { followJob } from '../follow-job.js';
import { whatIsLeft, whyItFailed } from '../how-it-ended.js';
import { jobContent } from '../job-content.js';
import { leaveOnInterrupt } from '../leave-on-interrupt.js';
import { boardBeside } from '../progress-lines.js';
import { addBurnOptions, jobTarget } from './burn-options.js';

/** Shows a job to its end and says how it ended and what helps, in words and as the exit code. */
export const watchToTheEnd = async (context: Context, id: string, untilWaiting: boolean): Promise<void> => {
  const board = boardBeside(context);
  const client = connectClient(context.daemon);
  const stay = leaveOnInterrupt(() => {
    board.clear();
    context.note(`Job ${id} goes on; \`spindle watch ${id}\` shows it, \`spindle cancel ${id}\` ends it.`);
  });
  const job = await followJob(client, id, { board, untilWaiting }).finally(stay);
  const { good, bad } = job.copies;
  const why = [...whyItFailed(job), ...(await whatIsLeft(client, job))];
  context.answer(job, () =>
    [
      `job ${job.id} ${job.state}${job.outcome === undefined ? '' : ` (${job.outcome})`}: ${good} good, ${bad} bad`,
      ...why,
    ].join('\n'),
  );
  process.exitCode = exitCodeOfJob(job);
};

interface BurnCommandOptions {
  readonly label?: string;
  readonly detach?: boolean;
  readonly untilWaiting?: boolean;
}

export const burnCommand = (program: Command, context: () => Context): void => {
  addBurnOptions(program.command('burn <source...>'))
    .description('record files and directories, or an image file (.iso, .img)')
    .option('--label <text>', 'a name for the job')
    .option('--detach', 'print the id of the job and end')
    .option('--until-waiting', 'end with code 8 when the job waits for a person, e.g. for a blank disc')
    .action(async (sources: string[], options: BurnCommandOptions) => {
      const { daemon, answer } = context();
      const client = connectClient(daemon);
      const content = await jobContent(client, sources, contentOptions.parse(options));
      const target = await jobTarget(client, options);
      const label = options.label === undefined ? {} : { label: options.label };
      const job = z
        .looseObject({ id: z.string() })
        .parse(await client.call('POST', '/v1/jobs', { ...content, ...target, ...label }));
      if (options.detach) answer(job, () => job.id);
      else await watchToTheEnd(context(), job.id, options.untilWaiting ?? false);
    });
};
