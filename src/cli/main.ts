#!/usr/bin/env node
import { Command } from 'commander';
import { readVersion } from '../build.js';
import { defaultSocket, defaultToken } from '../config.js';
import { sayIssuesPlainly } from '../plain-issues.js';
import { createContext, type Context, type GlobalOptions } from './context.js';
import { endWithReader } from './end-with-reader.js';
import { reportFailure } from './report-failure.js';

type Add = (program: Command, context: () => Context) => void;

interface Source {
  /** The commands that it adds. */
  readonly names: readonly string[];
  readonly load: () => Promise<Add>;
}

/** All commands, in the order of the help. A run loads only what it needs: most of what a start costs is loading. */
const COMMANDS: readonly Source[] = [
  { names: ['drives'], load: async () => (await import('./commands/drives.js')).drivesCommand },
  { names: ['drive'], load: async () => (await import('./commands/drive.js')).driveCommands },
  { names: ['medium'], load: async () => (await import('./commands/medium.js')).mediumCommand },
  { names: ['sessions'], load: async () => (await import('./commands/sessions.js')).sessionsCommand },
  { names: ['plan'], load: async () => (await import('./commands/plan.js')).planCommand },
  { names: ['burn'], load: async () => (await import('./commands/burn.js')).burnCommand },
  {
    names: ['erase', 'format', 'verify', 'read', 'copy', 'close', 'recover'],
    load: async () => (await import('./commands/uses.js')).useCommands,
  },
  {
    names: ['jobs', 'watch', 'cancel', 'hold', 'release', 'retry'],
    load: async () => (await import('./commands/jobs.js')).jobCommands,
  },
  { names: ['image'], load: async () => (await import('./commands/image.js')).imageCommands },
  {
    names: ['eject', 'load', 'protect', 'unprotect'],
    load: async () => (await import('./commands/eject.js')).trayCommands,
  },
  { names: ['token'], load: async () => (await import('./commands/token.js')).tokenCommands },
  { names: ['drain'], load: async () => (await import('./commands/drain.js')).drainCommand },
  { names: ['doctor'], load: async () => (await import('./commands/doctor.js')).doctorCommand },
  { names: ['master'], load: async () => (await import('./commands/master.js')).masterCommand },
  { names: ['grow'], load: async () => (await import('./commands/grow.js')).growCommand },
  { names: ['validate'], load: async () => (await import('./commands/validate.js')).validateCommand },
  { names: ['virtual'], load: async () => (await import('./commands/virtual.js')).virtualCommands },
  { names: ['demo'], load: async () => (await import('./commands/demo.js')).demoCommand },
];

const program = new Command('spindle')
  .description('records optical discs through the Spindle daemon')
  .version(readVersion())
  .option('--socket <path>', "the daemon's Unix socket", defaultSocket())
  .option('--url <url>', "the daemon's TCP address, e.g. http://127.0.0.1:8470; needs a token")
  .option('--token <token>', 'for --url; default: $SPINDLE_TOKEN', defaultToken())
  .option('--json', 'answer in JSON')
  .showHelpAfterError('(see spindle --help)')
  .exitOverride();

const context = (): Context => createContext(program.opts<GlobalOptions>());

/** `image import` */
const wordsOf = (command: Command): string =>
  command.parent === null || command.parent === program
    ? command.name()
    : `${wordsOf(command.parent)} ${command.name()}`;

/** Whoever has mistaken an option of a command wants the options of that one. */
const pointToItsHelp = (command: Command): void => {
  command.showHelpAfterError(`(see spindle ${wordsOf(command)} --help)`);
  command.commands.forEach(pointToItsHelp);
};

/** The command that is named; all of them where none is, for help and for suggestions. */
const addCommands = async (): Promise<void> => {
  const [name] = program.parseOptions(process.argv.slice(2)).operands;
  const named = COMMANDS.filter(({ names }) => name !== undefined && names.includes(name));
  for (const { load } of named.length > 0 ? named : COMMANDS) (await load())(program, context);
  program.commands.forEach(pointToItsHelp);
};

/** Also where the command line is so wrong that its options were never read. */
const isJson = (): boolean => program.opts<GlobalOptions>().json ?? process.argv.includes('--json');

/** The words of the command that runs; empty until it does. */
let running = '';
program.hook('preAction', (_program, action) => {
  running = wordsOf(action);
});

// Usage errors are JSON, too, where that is wanted; `reportFailure` tells them then.
program.configureOutput({
  outputError: (text, write) => {
    if (!isJson()) write(text);
  },
  writeErr: (text) => {
    if (!isJson()) process.stderr.write(text);
  },
});

sayIssuesPlainly();
endWithReader();
try {
  await addCommands();
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error, { json: isJson(), command: running });
}
