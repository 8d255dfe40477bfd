import type { Command } from 'commander';
import { connectClient } from '../client.js';
import type { Context } from '../context.js';
import { findDrive } from './drives.js';

export const trayCommands = (program: Command, context: () => Context): void => {
  for (const [action, description, done] of [
    ['eject', 'open the tray', 'ejected'],
    ['load', 'close the tray', 'loaded'],
    ['protect', 'record on a DVD-RAM or DVD+RW that no drive may write to it', 'its medium is protected'],
    ['unprotect', 'take off the write protection that is recorded on a disc', 'its medium is not protected'],
  ] as const) {
    program
      .command(`${action} <drive>`)
      .description(description)
      .option('--lease <id>', 'of the drive, where you have leased it')
      .action(async (drive: string, { lease }: { lease?: string }) => {
        const { daemon, answer } = context();
        const client = connectClient(daemon);
        const { id, name } = await findDrive(client, drive);
        const after = await client.call(
          'POST',
          `/v1/drives/${id}/actions/${action}`,
          lease === undefined ? undefined : { lease },
        );
        answer(after, () => `${name}: ${done}`);
      });
  }
};
