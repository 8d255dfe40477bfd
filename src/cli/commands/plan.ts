import type { Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan, PlanOf } from '../../burn/plan.js';
import type { SpeedZone } from '../../drive/medium.js';
import { SpindleError, fromFailure } from '../../errors.js';
import { warnOfChangedNames } from '../changed-names.js';
import { type Client, connectClient } from '../client.js';
import { contentOptions } from '../content-options.js';
import type { Context } from '../context.js';
import { jobContent } from '../job-content.js';
import { inOwnWords } from '../own-words.js';
import { count, formatBlocks, formatDuration } from '../quantities.js';
import { planView, type PlanView } from '../views.js';
import { addBurnOptions, jobTarget } from './burn-options.js';

const speedOf = ({ speedKBps, rotation }: PlanOf<'burn'>): string =>
  speedKBps === undefined
    ? 'as fast as the drive likes'
    : `at ${speedKBps} kB/s${rotation === undefined ? '' : ` by ${rotation.toUpperCase()}`}`;

/** A zone of one speed needs one number. */
const describeZone = ({ start, end, startKBps, endKBps }: SpeedZone): string =>
  `blocks ${start} to ${end} at ${startKBps === endKBps ? startKBps : `${startKBps} to ${endKBps}`} kB/s`;

const describePace = ({ pace }: PlanOf<'burn'>): string[] =>
  pace ? [`  turns by ${pace.rotation}: ${pace.zones.map(describeZone).join(', ') || 'zones unknown'}`] : [];

const describeBurn = (plan: PlanOf<'burn'>): string[] => [
  `  ${plan.medium}, recipe ${plan.recipe}: ${count(plan.placement.blocks, 'block')} (${formatBlocks(plan.placement.blocks)}) of ${plan.free} free, ${speedOf(plan)}, about ${formatDuration(plan.estimateMs)}`,
  ...describePace(plan),
  ...(plan.placement.session > 1
    ? [`  session ${plan.placement.session}, from block ${plan.placement.start} on`]
    : []),
  ...(plan.imports
    ? [
        `  shows ${plan.imports.entries} files and directories of the disc, too (by ${plan.imports.fileSystem})`,
      ]
    : []),
  ...(plan.willErase ? ['  erases what is on the medium'] : []),
  ...(plan.willFormat ? ['  formats the medium'] : []),
  `  closes: ${plan.closes}${plan.closes === 'session' ? `; another session will find ${formatBlocks(plan.left)}` : ''}`,
];

const describePlan = (plan: Plan): string =>
  [
    ...(plan.do === 'burn'
      ? describeBurn(plan)
      : [`  ${plan.do} ${plan.medium}, about ${formatDuration(plan.estimateMs)}`]),
    ...plan.steps.map(({ title }, index) => `  ${String(index + 1).padStart(2)}. ${title}`),
    ...plan.warnings.map(({ detail }) => `  warning: ${detail}`),
    `  plan ${plan.hash}`,
  ].join('\n');

const describe = ({ warnings = [], summary, drives }: PlanView): string =>
  [
    ...warnOfChangedNames(warnings, summary?.warningCount),
    ...drives.map(({ drive, kind, plan, refusals }) => {
      const said = plan
        ? describePlan(plan)
        : refusals.map(({ code, detail }) => `  refused, ${code}: ${inOwnWords(detail)}`).join('\n');
      return `drive ${drive}${kind === 'source' ? ', whose disc is copied' : ''}\n${said}`;
    }),
  ].join('\n');

const POLL_MS = 500;

const askForPlan = async (client: Client, request: unknown): Promise<PlanView> => {
  let view = planView.parse(await client.call('POST', '/v1/plans?wait=30', request));
  while (view.state === 'mastering' || view.state === 'planning') {
    await sleep(POLL_MS);
    view = planView.parse(await client.call('GET', `/v1/plans/${view.id}`));
  }
  if (view.problem) throw fromFailure(view.problem);
  return view;
};

/** Says what each drive would do. @throws SpindleError `plan-refused` where none would. */
export const showPlan = async (context: Context, client: Client, request: object): Promise<void> => {
  const view = await askForPlan(client, request);
  context.answer(view, () => describe(view));
  if (view.drives.every(({ plan }) => !plan))
    throw new SpindleError('plan-refused', 'No drive can do this with what lies in it now.');
};

export const planCommand = (program: Command, context: () => Context): void => {
  addBurnOptions(program.command('plan <source...>'))
    .description('say what would be done to the discs, without touching them')
    .action(async (sources: string[], options: unknown) => {
      const client = connectClient(context().daemon);
      const content = await jobContent(client, sources, contentOptions.parse(options));
      await showPlan(context(), client, { ...content, ...(await jobTarget(client, options)) });
    });
};
