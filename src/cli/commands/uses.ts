import { type Command, Option } from 'commander';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { givenOnly } from '../../given-only.js';
import { SpindleError } from '../../errors.js';
import { writeUserOutput } from '../../os/user-output.js';
import { type Client, connectClient } from '../client.js';
import type { Context } from '../context.js';
import { rootedPaths } from '../job-content.js';
import { FORCE, checkOutput } from '../output-file.js';
import { collect, jobTarget, numberOfDiscs } from './burn-options.js';
import { watchToTheEnd } from './burn.js';
import { findDrive } from './drives.js';
import { showPlan } from './plan.js';

/** Options that all of these commands share. */
const common = z.object({
  label: z.string().optional(),
  copies: numberOfDiscs.optional(),
  eject: z.boolean().optional(),
  plan: z.boolean().optional(),
  detach: z.boolean().optional(),
  untilWaiting: z.boolean().optional(),
});
type Common = z.infer<typeof common>;

const addCommon = (command: Command): Command =>
  command
    .option('--label <text>', 'a name for the job')
    .option('--eject', 'eject the disc when it is done')
    .option('--plan', 'say what would be done, and do nothing')
    .option('--detach', 'print the id of the job and end')
    .option('--until-waiting', 'end with code 8 when the job waits for a person, e.g. for a disc');

const addCopies = (command: Command): Command =>
  command.option('-n, --copies <n>', 'number of discs: a drive that is done takes the next one');

const idsOf = (client: Client, names: readonly string[]): Promise<string[]> =>
  Promise.all(names.map(async (name) => (await findDrive(client, name)).id));

const jobId = z.looseObject({ id: z.string() });

/** Shows the plan, or submits the job and watches it. */
const submit = async (context: Context, request: object, options: Common): Promise<string | undefined> => {
  const client = connectClient(context.daemon);
  if (options.plan) {
    await showPlan(context, client, request);
    return undefined;
  }
  const job = jobId.parse(await client.call('POST', '/v1/jobs', request));
  if (options.detach) context.answer(job, () => job.id);
  else await watchToTheEnd(context, job.id, options.untilWaiting ?? false);
  return job.id;
};

const requestOf = (type: string, of: Record<string, unknown>, { label, copies }: Common): object =>
  givenOnly({ type, label, copies: copies === undefined ? undefined : Number(copies), ...of });

const text = z.string().optional();
const treatmentFlags = common.extend({
  method: text,
  type: text,
  blocks: text,
  spare: text,
  certify: text,
  session: z.boolean().optional(),
});
type TreatmentFlags = z.infer<typeof treatmentFlags>;

/** One that treats the media in the named drives. */
const treatment = (
  program: Command,
  context: () => Context,
  use: {
    readonly name: 'erase' | 'format' | 'close' | 'recover';
    readonly description: string;
    readonly flags: (command: Command) => Command;
    readonly options: (flags: TreatmentFlags) => Record<string, unknown>;
  },
): void => {
  addCopies(addCommon(use.flags(program.command(`${use.name} <drive...>`))))
    .description(use.description)
    .action(async (drives: string[], flags: unknown) => {
      const options = treatmentFlags.parse(flags);
      const client = connectClient(context().daemon);
      const what = givenOnly({ ...use.options(options), eject: options.eject });
      const request = requestOf(use.name, { drives: await idsOf(client, drives), [use.name]: what }, options);
      await submit(context(), request, options);
    });
};

const hexadecimal = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^[0-9a-fA-F]{2}h?$/.test(text))
    throw new SpindleError('invalid-request', `--type takes two hexadecimal digits, e.g. 30, not ${text}.`);
  return parseInt(text, 16);
};

const numberOf = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text))
    throw new SpindleError('invalid-request', `--${name} takes a number, not ${text}.`);
  return Number(text);
};

const treatments = (program: Command, context: () => Context): void => {
  treatment(program, context, {
    name: 'erase',
    description: 'make rewritable discs blank; what is on them is lost',
    flags: (command) =>
      command.addOption(
        new Option('--method <how>', 'quickly, the whole medium, or the last session').choices([
          'quick',
          'full',
          'session',
          'secure',
          'deformat',
        ]),
      ),
    options: ({ method }) => ({ method }),
  });
  treatment(program, context, {
    name: 'format',
    description: 'format discs that need a format; what is on them is lost',
    flags: (command) =>
      command
        .option('--type <hh>', 'format type of FORMAT UNIT, two hexadecimal digits')
        .option(
          '--blocks <n>',
          'one of the sizes that the drive lists for it, on BD with spares any multiple of 32 between them',
        )
        .addOption(
          new Option('--spare <area>', 'blocks kept to replace bad ones').choices([
            'default',
            'minimum',
            'maximum',
            'none',
          ]),
        )
        .addOption(new Option('--certify <how>', 'try the blocks').choices(['none', 'quick', 'full'])),
    options: ({ type, blocks, spare, certify }) => ({
      formatType: hexadecimal(type),
      blocks: numberOf('blocks', blocks),
      spareArea: spare,
      certification: certify,
    }),
  });
  treatment(program, context, {
    name: 'close',
    description: 'finalize appendable discs without recording anything; ends the format of a DVD+RW',
    flags: (command) => command.option('--session', 'close what is open, and leave the disc appendable'),
    options: ({ session }) => ({ what: session === true ? 'session' : undefined }),
  });
  treatment(program, context, {
    name: 'recover',
    description: 'close what was left open, finish what was interrupted',
    flags: (command) => command,
    options: () => ({}),
  });
};

const verifyFlags = common.extend({
  drive: z.array(z.string()).optional(),
  job: z.string().optional(),
  image: z.string().optional(),
  quick: z.boolean().optional(),
});

const verifyCommand = (program: Command, context: () => Context): void => {
  addCopies(addCommon(program.command('verify [file]')))
    .description('compare discs with an image file, an image of the daemon, or what a job has recorded')
    .option('-d, --drive <id, name or device>', 'where the disc lies; repeatable', collect)
    .option('--job <id>', 'compare a disc of this job')
    .option('--image <id>', 'compare with one of the images of the daemon')
    .option('--quick', 'read samples, first and last blocks only')
    .action(async (file: string | undefined, flags: unknown) => {
      const options = verifyFlags.parse(flags);
      const client = connectClient(context().daemon);
      const [source] = file === undefined ? [] : await rootedPaths(client, [file]);
      const drives = options.drive && (await idsOf(client, options.drive));
      const verify = givenOnly({ mode: options.quick ? 'quick' : undefined, eject: options.eject });
      const { job, image } = options;
      await submit(context(), requestOf('verify', { source, job, image, drives, verify }, options), options);
    });
};

const readFlags = common.extend({
  session: z.string().optional(),
  track: z.string().optional(),
  whole: z.boolean().optional(),
  zeroFill: z.boolean().optional(),
  retries: z.string().optional(),
  output: z.string().optional(),
  force: z.boolean().optional(),
});
type ReadFlags = z.infer<typeof readFlags>;

const addReading = (command: Command): Command =>
  command
    .option('--session <n>', 'this session only')
    .option('--track <n>', 'this track only')
    .option('--whole', 'all blocks of a disc that can be overwritten, not only its volume')
    .option('--zero-fill', 'go on where blocks cannot be read, with zeros; they are listed')
    .option('--retries <n>', 'how often a block that was not read is tried again');

const readingOf = (flags: ReadFlags): Record<string, unknown> =>
  givenOnly({
    session: numberOf('session', flags.session),
    track: numberOf('track', flags.track),
    area: flags.whole ? 'whole' : undefined,
    onUnreadable: flags.zeroFill ? 'zero-fill' : undefined,
    retries: numberOf('retries', flags.retries),
    eject: flags.eject,
  });

const finished = z.looseObject({ state: z.string(), image: z.string().optional() });

const download = async (context: Context, job: string, output: string): Promise<void> => {
  const client = connectClient(context.daemon);
  const { state, image } = finished.parse(await client.call('GET', `/v1/jobs/${job}`));
  if (state !== 'completed' || image === undefined) return;
  await writeUserOutput(output, async (fd) => {
    await pipeline(
      await client.stream(`/v1/images/${image}/content`),
      createWriteStream('', { fd, autoClose: false }),
    );
  });
};

const readCommand = (program: Command, context: () => Context): void => {
  addReading(addCommon(program.command('read <drive>')))
    .description('read a disc, a session or a track into an image of the daemon')
    .option('-o, --output <file>', 'download the image to this file as well')
    .option(...FORCE)
    .action(async (drive: string, flags: unknown) => {
      const options = readFlags.parse(flags);
      if (options.output !== undefined) checkOutput(options.output, { replaces: options.force });
      const drives = await idsOf(connectClient(context().daemon), [drive]);
      const request = requestOf('read', { drives, read: readingOf(options) }, options);
      const job = await submit(context(), request, options);
      if (job !== undefined && options.output !== undefined && !options.detach)
        await download(context(), job, options.output);
    });
};

const copyFlags = readFlags.extend({ keepImage: z.boolean().optional() });

const copyCommand = (program: Command, context: () => Context): void => {
  addReading(addCopies(addCommon(program.command('copy <drive>'))))
    .description('copy the disc in a drive to discs in others, or in the same one after it')
    .option(
      '-d, --drive <id, name or device>',
      'use this drive for copies; repeatable; default: any',
      collect,
    )
    .option('--speed <speed>', 'max, kB/s, or a factor such as 16x')
    .addOption(
      new Option('--on-non-blank <what>', 'what to do with a disc that is not blank').choices([
        'reject',
        'erase',
      ]),
    )
    .addOption(new Option('--close <what>', 'finalize, or leave appendable').choices(['disc', 'session']))
    .addOption(new Option('--verify <how>', 'read back').choices(['none', 'quick', 'full']))
    .option('--keep-image', 'keep the image when all copies are good')
    .action(async (source: string, flags: Record<string, unknown>) => {
      const options = copyFlags.parse(flags);
      const client = connectClient(context().daemon);
      const [from] = await idsOf(client, [source]);
      const { drives, burn } = await jobTarget(client, flags);
      const { keepImage } = options;
      const read = givenOnly({ ...readingOf(options), eject: undefined });
      await submit(
        context(),
        requestOf('copy', { from: { drive: from, read }, drives, burn, keepImage }, options),
        options,
      );
    });
};

export const useCommands = (program: Command, context: () => Context): void => {
  treatments(program, context);
  verifyCommand(program, context);
  readCommand(program, context);
  copyCommand(program, context);
};
