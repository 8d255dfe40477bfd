import type { Command } from 'commander';
import { connectClient } from '../client.js';
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
        const { daemon, answer } = context();
        const client = connectClient(daemon);
        const { id, name } = await findDrive(client, drive);
        const after = await client.call('POST', `/v1/drives/${id}/actions/${action}`);
        answer(after, () => `${name}: ${action === 'eject' ? 'ejected' : 'loaded'}`);
      });
  }
};
