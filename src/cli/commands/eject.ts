import type { Command } from 'commander';
import type { Context } from '../context.js';
import { findDrive } from './drives.js';

export const trayCommands = (program: Command, context: () => Context): void => {
  for (const [action, description] of [
    ['eject', 'open the tray'],
    ['load', 'close the tray'],
  ] as const) {
    program
      .command(`${action} <drive>`)
      .description(description)
      .action(async (drive: string) => {
        const { id, name } = await findDrive(context(), drive);
        const after = await context().client.call('POST', `/v1/drives/${id}/actions/${action}`);
        context().answer(after, () => `${name}: ${action === 'eject' ? 'ejected' : 'loaded'}`);
      });
  }
};
