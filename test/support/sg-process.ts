import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

import { type Failure, fromFailure } from '../../src/errors.js';
import type { DeviceMode } from '../../src/transport/sg.js';
import type { Answer, Transport } from '../../src/transport/transport.js';
import { SHIM_DEVICE, shimEnvironment } from '../interop/shim/shim.js';

interface Reply {
  readonly id: number;
  readonly answer?: Answer;
  readonly failure?: Failure;
}

/** The SG_IO transport in a process of its own, in front of the drive that is served on `socket`; `more` is for the shim. */
export const openSgProcess = async (
  socket: string,
  mode: DeviceMode = 'exclusive',
  more: NodeJS.ProcessEnv = {},
): Promise<Transport> => {
  const child = fork(join(import.meta.dirname, 'sg-process.mjs'), [SHIM_DEVICE, mode], {
    env: { ...shimEnvironment(socket), ...more },
    serialization: 'advanced',
  });
  onTestFinished(() => void child.kill());
  const [opened] = (await once(child, 'message')) as [Reply];
  if (opened.failure) throw fromFailure(opened.failure);
  const waiting = new Map<number, (reply: Reply) => void>();
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply));
  let last = 0;
  const ask = async (request: object): Promise<Answer | undefined> => {
    const id = (last += 1);
    const reply = new Promise<Reply>((resolve) => waiting.set(id, resolve));
    child.send({ id, ...request });
    const { answer, failure } = await reply;
    if (failure) throw fromFailure(failure);
    return answer;
  };
  return {
    execute: async (command) => (await ask({ command }))!,
    close: async () => {
      await ask({});
    },
  };
};
