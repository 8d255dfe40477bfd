#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { readBuild } from '../build.js';
import { defaultSocket, defaultToken } from '../config.js';
import { ERRORS, isSpindleError, type SpindleError } from '../errors.js';
import { burnCommand } from './commands/burn.js';
import { demoCommand } from './commands/demo.js';
import { doctorCommand } from './commands/doctor.js';
import { drivesCommand } from './commands/drives.js';
import { jobCommands } from './commands/jobs.js';
import { masterCommand } from './commands/master.js';
import { mediumCommand } from './commands/medium.js';
import { planCommand } from './commands/plan.js';
import { tokenCommands } from './commands/token.js';
import { trayCommands } from './commands/eject.js';
import { virtualCommands } from './commands/virtual.js';
import { createContext, type Context, type GlobalOptions } from './context.js';
import { EXIT, exitCodeOfError } from './exit-codes.js';

const program = new Command('spindle')
  .description('records optical discs through the Spindle daemon')
  .version(readBuild().version)
  .option('--socket <path>', "the daemon's Unix socket", defaultSocket())
  .option('--url <url>', "the daemon's TCP address, e.g. http://127.0.0.1:8470; needs a token")
  .option('--token <token>', 'for --url; default: $SPINDLE_TOKEN', defaultToken())
  .option('--json', 'answer in JSON')
  .showHelpAfterError('(see spindle --help)')
  .exitOverride();

const context = (): Context => createContext(program.opts<GlobalOptions>());

for (const add of [
  drivesCommand,
  mediumCommand,
  planCommand,
  burnCommand,
  jobCommands,
  trayCommands,
  tokenCommands,
  doctorCommand,
  masterCommand,
  virtualCommands,
  demoCommand,
]) {
  add(program, context);
}

const describe = ({ code, message, errors }: SpindleError): string =>
  [
    `spindle: ${code}: ${message}`,
    ...errors.map((item) => `  ${item.pointer}: ${item.message}`),
    ERRORS[code].remedy,
  ].join('\n');

/** Every failure ends in one message and one exit code. */
const report = (error: unknown): number => {
  // commander has said what is wrong already; --help and --version end with code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (isSpindleError(error)) {
    process.stderr.write(
      `${program.opts<GlobalOptions>().json ? JSON.stringify({ code: error.code, detail: error.message, errors: error.errors }) : describe(error)}\n`,
    );
    return exitCodeOfError(error.code);
  }
  if (error instanceof z.ZodError) {
    process.stderr.write(`spindle: ${z.prettifyError(error)}\n`);
    return EXIT.usage;
  }
  process.stderr.write(`spindle: ${String(error instanceof Error ? error.stack : error)}\n`);
  return EXIT.internal;
};

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
