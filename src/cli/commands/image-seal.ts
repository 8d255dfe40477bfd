import type { Command } from 'commander';
import { connectClient } from '../client.js';
import type { Context } from '../context.js';
import { boardBeside } from '../progress-lines.js';
import { leaveOnInterrupt } from '../leave-on-interrupt.js';
import { madeImage } from './made-image.js';
import { act, describeImage } from './image-client.js';

/** The action of a command that seals a draft, and waits for what becomes of it. */
export const addSealing = (command: Command, context: () => Context): void => {
  command
    .option('--detach', 'end at once; the image goes on being made')
    .action(async (id: string, { detach }: { detach?: boolean }) => {
      const { daemon, answer, ...how } = context();
      const board = boardBeside(how);
      const client = connectClient(daemon);
      const tell = '`spindle image list` tells what became of it.';
      let interrupted = `Whether image ${id} is sealed was not answered yet; ${tell}`;
      // Before it is asked for: the daemon lays the draft out before it answers.
      const stay = leaveOnInterrupt(() => {
        board.clear();
        board.say(interrupted);
      });
      try {
        const begun = await act(client, id, 'seal');
        interrupted = `Image ${id} goes on being made; ${tell}`;
        if (!detach) board.say(describeImage(begun));
        const image = detach ? begun : await madeImage(client, id, board);
        answer(image, () => describeImage(image));
      } finally {
        board.clear();
        stay();
      }
    });
};
