/** wodim and cdrskin record audio tracks; xorriso, by its manual, records none. */
import { describe } from 'vitest';

import { cell } from '../support/matrix-cell.js';
import { burnBench, canRun } from './burn-programs.js';
import { cdrecord, expectRecorded } from './programs.js';

const AUDIO_SECTOR = 2352;
const CD = ['cd-r', 'cd-rw'] as const;

/** Sectors at the end of a file that are the pre-gap of the next track. */
const PREGAP = { wodim: 150, cdrskin: 0 } as const;

for (const program of ['wodim', 'cdrskin'] as const)
  describe.skipIf(!canRun(program))(`${program} records audio on our drive`, () => {
    for (const [mode, way, pregap] of [
      ['audio', '-sao', PREGAP[program]],
      ['audio, track at once', '-tao', 0],
    ] as const)
      cell({ medium: CD, mode, performer: program }, async (blank) => {
        const bench = await burnBench({ blank });
        const one = bench.randomFile('1.raw', 600, AUDIO_SECTOR);
        const two = bench.randomFile('2.raw', 500, AUDIO_SECTOR);
        await cdrecord(bench, program, way, '-audio', '-swab', '1.raw', '2.raw');
        expectRecorded(
          await bench.recorded({ track: 1 }),
          one.subarray(0, one.length - pregap * AUDIO_SECTOR),
        );
        expectRecorded(await bench.recorded({ track: 2 }), two);
      });
  });
