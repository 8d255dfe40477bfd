import type { Command } from 'commander';
import { SpindleError } from '../../errors.js';
import type { Context } from '../context.js';
import { checkDaemon } from '../doctor/check-daemon.js';
import { checkMachine, checkOwnDrives } from '../doctor/check-machine.js';
import type { Finding } from '../doctor/finding.js';

const examine = async ({ daemon }: Context): Promise<Finding[]> => {
  const { answers, findings } = await checkDaemon(daemon);
  return [...findings, ...(answers ? [] : await checkOwnDrives()), ...checkMachine()];
};

const mark = ({ ok, code }: Finding): string => {
  if (ok) return 'ok  ';
  return code === undefined ? 'warn' : 'FAIL';
};

export const doctorCommand = (program: Command, context: () => Context): void => {
  program
    .command('doctor')
    .description('look for what keeps from recording (FAIL, exit code 3 or 4) or could hinder it (warn)')
    .action(async () => {
      const findings = await examine(context());
      context().answer(findings, () =>
        findings.map((finding) => `${mark(finding)}  ${finding.what}: ${finding.detail}`).join('\n'),
      );
      for (const { what, code, detail } of findings)
        if (code !== undefined) throw new SpindleError(code, `${what}: ${detail}`);
    });
};
