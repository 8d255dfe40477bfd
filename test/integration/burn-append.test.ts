import { randomBytes } from 'node:crypto';
import { describe, expect } from 'vitest';
import { burnRig } from '../support/burn-rig.js';
import { cell } from '../support/matrix-cell.js';
import { APPEND, exported, OPEN, SESSION_MODES, SESSION_MODES_TOO } from '../support/sessions.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BLOCK = 2048;
const anImage = (blocks: number): Uint8Array => randomBytes(blocks * BLOCK);

const TOO: ReadonlySet<string> = new Set(SESSION_MODES_TOO.map(([medium]) => medium));
const WAYS = { tao: 'track at once', sao: 'session at once', 'layer-jump': 'layer jump' };

describe('a medium that is appended to', () => {
  // Each session where its plan said.
  for (const [medium, writeMode] of [...SESSION_MODES, ...SESSION_MODES_TOO])
    cell(
      {
        medium,
        mode: writeMode === 'auto' ? 'sessions' : `sessions, ${WAYS[writeMode]}`,
        performer: 'our engine',
        always: !TOO.has(medium),
      },
      async (blank) => {
        const rig = burnRig(temporaryFolder(), { blank });
        const images = [anImage(400), anImage(601), anImage(350)];
        const starts: number[] = [];
        for (const [index, image] of images.entries()) {
          const last = index === images.length - 1;
          const { plan, result } = await rig.burn(image, {
            options: { ...(index === 0 ? OPEN : APPEND), ...(last && { close: 'disc' }), writeMode },
          });
          starts.push(plan.placement.start);
          expect(plan.placement).toMatchObject({ session: index + 1, track: index + 1 });
          expect(result.verified).toEqual({ blocks: image.length / BLOCK });
          expect(result.medium).toMatchObject({
            status: last ? 'complete' : 'appendable',
            sessions: index + 1,
          });
          expect(result.medium.tracks.filter((track) => !track.blank).map(({ start }) => start)).toEqual(
            starts,
          );
        }
        await rig.drive.close();
        for (const [index, image] of images.entries()) {
          const read = await exported(rig, index + 1);
          expect(read.subarray(0, image.length).equals(image)).toBe(true);
        }
      },
    );
});
