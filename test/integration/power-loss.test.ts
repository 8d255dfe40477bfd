import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORIES } from '../support/crash-stories.js';
import type { Story } from '../support/crash-story.js';
import { hasTool } from '../support/has-tool.js';
import { type Recording, cutsOf, randomOf, record, tryCut } from '../support/power-loss.js';
import { SEED } from '../support/sample.js';
import { type Loss, ReplayedDisk } from '../support/recorded-writes.js';

/** Of all kinds of loss together, where not the whole is asked for. */
const SAMPLE = Number(process.env['SPINDLE_CUTS'] ?? 6);
const WHOLE = process.env['SPINDLE_CRASHES'] === 'all';
const LOSSES: readonly Loss[] = ['strict', 'ordered', 'torn'];

/** Without what an earlier daemon has left, whose writes nobody recorded; nor is a database of an earlier version replayed. */
const DESK: Story = { ...STORIES.desk, does: 'administer' };
/**
 * Several drives; erasing, appending, reading and verifying; canceling and retrying, on a medium that is written once and on one that is
 * erased; a draft; tokens and leases; jobs that never start. One of them each day, beside a disc that is simply recorded.
 */
const OTHERS: readonly Story[] = [
  STORIES.two,
  STORIES.canceledErase,
  STORIES.draft,
  DESK,
  STORIES.queue,
  STORIES.erase,
  STORIES.appended,
  STORIES.used,
  STORIES.canceled,
];
const ONLY = process.env['SPINDLE_STORY'];
const toldHere = (): readonly Story[] => {
  if (ONLY !== undefined) return [STORIES.one, ...OTHERS].filter(({ name }) => name === ONLY);
  return WHOLE ? [STORIES.one, ...OTHERS] : [STORIES.one, OTHERS[SEED % OTHERS.length]!];
};

describe.skipIf(!hasTool('gcc')).each(toldHere())(
  `a loss of power (seed ${SEED}; needs gcc), in the story of $name`,
  { retry: 0 },
  (story) => {
    const folder = mkdtempSync(join(tmpdir(), 'sp-writes-'));
    let recording: Recording;
    let end = (): Promise<void> => Promise.resolve();

    beforeAll(async () => {
      recording = await record(folder, story);
      end = () => recording.daemon.destroy();
    }, 120_000);
    afterAll(async () => {
      await end();
      rmSync(folder, { recursive: true, force: true });
    });

    it('is replayed from all that was written: what was recorded makes the same state directory', () => {
      const { daemon, operations } = recording;
      const filesBelow = (): Map<string, Buffer> =>
        new Map(
          readdirSync(daemon.state, { recursive: true, encoding: 'utf8', withFileTypes: true })
            .filter((entry) => entry.isFile() && !entry.name.endsWith('-shm'))
            .map((entry) => join(entry.parentPath, entry.name))
            .map((path) => [path, readFileSync(path)]),
        );
      const real = filesBelow();
      rmSync(daemon.state, { recursive: true });
      const disk = new ReplayedDisk(daemon.state);
      for (const operation of operations) disk.apply(operation);
      disk.build('ordered', join(daemon.state, 'virtual'), randomOf(SEED));
      const replayed = filesBelow();
      expect([...replayed.keys()].toSorted()).toEqual([...real.keys()].toSorted());
      expect(
        [...real].filter(([path, bytes]) => !replayed.get(path)!.equals(bytes)).map(([path]) => path),
      ).toEqual([]);
    });

    it.each(LOSSES)(
      'keeps every promise, cut before and after syncs (%s)',
      { timeout: WHOLE ? 3_600_000 : 240_000 },
      async (loss) => {
        const cuts = cutsOf(recording);
        const random = randomOf(SEED + LOSSES.indexOf(loss));
        const sample = WHOLE
          ? cuts
          : Array.from(
              { length: Math.ceil(SAMPLE / LOSSES.length / toldHere().length) },
              () => cuts[Math.floor(random() * cuts.length)]!,
            );
        const failed: string[] = [];
        for (const count of sample)
          await tryCut(recording, { count, loss, seed: SEED }).catch((error: unknown) => {
            failed.push(`cut at ${count} of ${recording.operations.length}: ${(error as Error).message}`);
          });
        console.log(`${story.name}, ${loss}: ${sample.length} of ${cuts.length} cuts`);
        expect(failed.join('\n\n')).toBe('');
      },
    );
  },
);
