import type { TestDaemon } from '../support/daemon.js';
import { DraftClient } from '../support/draft-client.js';
import type { BenchImage } from './bench.js';

/** An image by which the volume in a drive grows by one file, made once for all media that hold that volume. */
export const growthOf = async (daemon: TestDaemon, drive: string, file: Buffer): Promise<BenchImage> => {
  await daemon.api.driveUntil(drive, ({ contents, holding }) => holding === 'free' && contents === 'ready');
  const draft = await DraftClient.begin(daemon);
  await draft.make({ do: 'import', drive });
  await draft.put('/grown.bin', file);
  const { id, state, problem } = await draft.seal();
  if (state !== 'ready') throw new Error(`the volume cannot grow: ${JSON.stringify(problem)}`);
  return { id, bytes: (await daemon.api.get(`/v1/images/${id}/content`)).bytes };
};
