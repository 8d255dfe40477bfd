import { beforeAll, describe, expect, it } from 'vitest';
import { sharedDaemon } from '../support/daemon.js';
import { sampleOf } from '../support/sample.js';
import { fillFolder, folderJob } from '../support/sources.js';

/** On a busy machine a burn, two erasures and the plug of a drive take their time. */
const SLOW = { timeout: 180_000 };

/** The command that makes blank, MMC-5 §6.2: BLANK; what is overwritten in place gets zeros by WRITE (10). */
const ERASES_BY = { 'cd-rw': 0xa1, 'dvd-rw': 0xa1, 'dvd+rw': 0x2a, 'bd-re': 0x2a } as const;
type Blank = keyof typeof ERASES_BY;

interface Row {
  readonly name: string;
  readonly fault: object;
  readonly times?: number;
  /** What the standard calls transient ends well. */
  readonly passes?: true;
}

const ROWS: readonly Row[] = [
  { name: 'an error of the medium', fault: { action: 'sense', sense: '3/51/00' } },
  { name: 'an error that is told late', fault: { action: 'sense', sense: '3/51/00', deferred: true } },
  // BLANK is done once more after one.
  { name: 'failures of the drive', fault: { action: 'sense', sense: '4/44/00' }, times: 10 },
  { name: 'a bus reset', fault: { action: 'reset' } },
  { name: 'a drawn cable', fault: { action: 'unplug' } },
  { name: 'a drive that is busy', fault: { action: 'sense', sense: '2/04/07' }, times: 3, passes: true },
];

const CELLS = (Object.keys(ERASES_BY) as Blank[]).flatMap((blank) =>
  ROWS.map((row) => ({ blank, row, title: `${row.name} on ${blank}` })),
);
/** Each of all in the course of days; `all` or text of those that are asked for. */
const ASKED = process.env['SPINDLE_CELL'];
const CHOSEN =
  ASKED === undefined
    ? sampleOf(CELLS, 4)
    : CELLS.filter(({ title }) => ASKED === 'all' || new RegExp(ASKED).test(title));

const daemon = sharedDaemon();
const { api } = daemon;

beforeAll(() => fillFolder(daemon.source, 'folder'));

const free = async (drive: string) => {
  const { medium } = await api.driveUntil(
    drive,
    ({ holding, contents }) => holding === 'free' && contents === 'ready',
  );
  return medium!;
};

describe('an erasure that something happens to', SLOW, () => {
  it.each(CHOSEN)(
    'calls no disc blank that is not, and can be done again: $title',
    async ({ blank, row }) => {
      const [drive, other] = [await api.addDrive({ blank }), await api.addDrive({ blank: 'dvd+r' })];
      expect(await api.ended(await api.submit(folderJob('folder', {}, { drives: [drive] })))).toMatchObject({
        outcome: 'ok',
      });
      await free(drive);
      const when = { opcode: ERASES_BY[blank], nth: 1 };
      await api.faults(drive, [{ when, do: row.fault, times: row.times ?? 1 }]);
      const job = await api.submit({ type: 'erase', drives: [drive], erase: { method: 'quick' } });
      const going = await api.submit(folderJob('folder', {}, { drives: [other] }));
      const ended = await api.ended(job);
      expect(await api.ended(going)).toMatchObject({ outcome: 'ok' });

      await api.faults(drive, []);
      const medium = await free(drive);
      const [attempt] = (await api.copies(job))[0]!.tries;
      const saysBlank = ended.outcome === 'ok' || attempt!.mediumAfter?.state === 'usable';
      if (saysBlank) expect(medium.blankness.probable).toBe(true);
      expect(ended.outcome === 'ok').toBe(row.passes === true);
      if (row.passes !== true) expect(attempt!.mediumAfter?.remedy ?? '').not.toBe('');

      const again = await api.submit({ type: 'erase', drives: [drive], erase: { method: 'quick' } });
      expect(await api.ended(again)).toMatchObject({ state: 'completed', outcome: 'ok' });
      expect((await free(drive)).blankness.probable).toBe(true);
    },
  );
});
