import { finishRecording } from '../finish-recording.js';
import { CLUSTER_BLOCKS } from '../media/bd.js';
import { clustersOf, hasPseudoOverwrite, spareTrack, withOverwritten } from '../recording/blu-ray.js';
import { trackAt } from '../recording/sequential.js';
import { refusal } from '../refusal.js';
import type { VirtualDrive } from '../virtual-drive.js';
import { readBlocks } from './read.js';

const BLOCK_BYTES = 2048;

/** How many of these blocks are recorded already and can be given another content; 0 without pseudo overwrite. */
export const overwritableRun = (drive: VirtualDrive, first: number, count: number): number => {
  if (!hasPseudoOverwrite(drive.tables)) return 0;
  const run = (): number => {
    const track = trackAt(drive.tables, first);
    const end = track?.state === 'open' ? track.nextWritable : (track?.end ?? first);
    return Math.max(0, Math.min(count, end - first));
  };
  if (run() === 0) return 0;
  // What was begun of a cluster is completed by zeros: it is recorded as a whole.
  finishRecording(drive);
  return run();
};

/** Records the clusters anew, each with what is to stay of it, in spare ones: no cluster of a BD-R is written twice. */
export const overwriteClusters = async (
  drive: VirtualDrive,
  first: number,
  data: Uint8Array,
): Promise<void> => {
  const end = first + data.length / BLOCK_BYTES;
  for (const cluster of clustersOf(first, end - first)) {
    const content = readBlocks(drive, cluster, CLUSTER_BLOCKS);
    const from = Math.max(first, cluster);
    const to = Math.min(end, cluster + CLUSTER_BLOCKS);
    content.set(
      data.subarray((from - first) * BLOCK_BYTES, (to - first) * BLOCK_BYTES),
      (from - cluster) * BLOCK_BYTES,
    );
    const replaced = withOverwritten(drive.tables, cluster);
    // Which sense a drive without free spares answers is unverified.
    if (replaced === undefined) throw refusal('3/32/00', cluster);
    const spares = spareTrack(drive.tables);
    drive.medium?.file(spares).write(replaced.spare - spares.firstUnit, CLUSTER_BLOCKS, content);
    drive.tables = replaced.tables;
  }
  await drive.saveIfChanged();
};
