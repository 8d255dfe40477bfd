import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faceOf } from '../../../src/dashboard/public/drive-face.js';
import { reduce, UNKNOWN, visibleResources } from '../../../src/dashboard/public/state.js';

type Frame = Record<string, unknown> & { op: string };
type State = typeof UNKNOWN;

const EPOCH = '01JB3Z5V8N0Q4W7X9Y2A6C5D1E';
const JOB = '01JB3Z5V8N0Q4W7X9Y2A6C5D1F';

const aDrive = (differences: object = {}) => ({
  id: 'd1',
  name: 'bay-1',
  enabled: true,
  holding: 'free',
  contents: 'ready',
  ...differences,
});
const aJob = (differences: object = {}) => ({ id: JOB, rev: 1, state: 'queued', ...differences });
const anAttempt = (state: string, differences: object = {}) => ({
  job: JOB,
  copy: 1,
  number: 1,
  drive: 'd1',
  state,
  ...differences,
});

const welcome = (recovered: boolean): Frame => ({ op: 'welcome', epoch: EPOCH, recovered });
const snapshots = (seq: number, jobs: object[], drives: object[]): Frame[] => [
  { op: 'snapshot', resource: 'jobs', seq, data: jobs },
  { op: 'snapshot', resource: 'drives', seq, data: drives },
  { op: 'snapshot', resource: 'images', seq, data: [] },
];
const event = (seq: number, kind: string, data: object): Frame => ({ op: 'event', seq, kind, data });
const progress = (done: number, differences: object = {}): Frame => ({
  op: 'progress',
  data: { job: JOB, copy: 1, attempt: 1, drive: 'd1', phase: 'write', done, total: 100, ...differences },
});

const after = (state: State, ...frames: Frame[]): State =>
  frames.reduce<State>((known, frame) => reduce(known, frame) as State, state);

const started = after(UNKNOWN, welcome(false), ...snapshots(10, [aJob()], [aDrive()]));
const driveOf = (state: State) => (state.drives as Map<string, Record<string, unknown>>).get('d1');
/** The word in which the tile of a drive says what it is doing. */
const faceWord = (drive: unknown, result: unknown) =>
  (faceOf as (drive: unknown, result: unknown) => { word: string })(drive, result).word;
const wordOf = (state: State) => faceWord(driveOf(state), (state.results as Map<string, unknown>).get('d1'));

describe('the state of the dashboard', () => {
  it('has no position to resume from before the last snapshot is there', () => {
    const [jobs, drives, images] = snapshots(10, [], []);
    const partly = after(UNKNOWN, welcome(false), jobs!, drives!);
    expect(partly.position).toBeUndefined();
    expect(after(partly, images!).position).toEqual({ epoch: EPOCH, seq: 10 });
  });

  it('waits only for what the token may see', () => {
    expect(visibleResources(['status'])).toEqual(['drives']);
    const frames = [welcome(false), { op: 'snapshot', resource: 'drives', seq: 3, data: [] }];
    const state = frames.reduce<State>(
      (known, frame) => reduce(known, frame, visibleResources(['status'])) as State,
      UNKNOWN,
    );
    expect(state.position).toEqual({ epoch: EPOCH, seq: 3 });
  });

  it('counts on with each event and takes none twice', () => {
    const once = after(started, event(11, 'job.advanced', aJob({ rev: 2, state: 'running' })));
    expect(once.position).toEqual({ epoch: EPOCH, seq: 11 });
    expect(after(once, event(11, 'job.advanced', aJob({ rev: 9, state: 'failed' })))).toBe(once);
  });

  it('keeps what it knows when the daemon recovers its position', () => {
    const resumed = after(
      started,
      welcome(true),
      event(11, 'job.advanced', aJob({ rev: 2, state: 'failed' })),
    );
    expect((resumed.jobs as Map<string, { state: string }>).get(JOB)?.state).toBe('failed');
    expect(resumed.position).toEqual({ epoch: EPOCH, seq: 11 });
  });

  it('asks for everything again when it was cut off between two snapshots after a gap', () => {
    const gap = after(started, { op: 'gap', from: 11, to: 900, why: 'retention' });
    expect(gap.position).toBeUndefined();
    expect(after(gap, ...snapshots(900, [], [aDrive()])).position).toEqual({ epoch: EPOCH, seq: 900 });
  });

  it('forgets in a snapshot what is not there any more', () => {
    const state = after(started, welcome(false), ...snapshots(20, [], [aDrive({ id: 'd2' })]));
    expect([...state.drives.keys()]).toEqual(['d2']);
    expect(state.jobs.size).toBe(0);
  });

  describe('after hundreds of jobs', () => {
    const idOf = (n: number) => `job-${String(n).padStart(4, '0')}`;
    const jobOf = (n: number, state: string) =>
      aJob({ id: idOf(n), state, image: `image-${n}`, endedAt: new Date(n * 1000).toISOString() });
    const imageEvent = (seq: number, n: number) =>
      event(seq, 'image.advanced', { id: `image-${n}`, state: 'ready' });
    const lived = (jobs: number, from: State): State =>
      after(
        from,
        ...Array.from({ length: jobs }, (_, n) => [
          imageEvent(100 + 2 * n, n),
          event(101 + 2 * n, 'job.advanced', jobOf(n, 'completed')),
        ]).flat(),
      );
    const idsIn = (map: unknown) => [...(map as Map<string, unknown>).keys()];

    it('knows the latest that ended, all that did not, and images that these name', () => {
      const begun = after(started, imageEvent(11, 900), event(12, 'job.created', jobOf(900, 'waiting')));
      const { jobs, images } = lived(300, begun);
      expect(idsIn(jobs)).toHaveLength(202);
      expect(idsIn(jobs)).toEqual(expect.arrayContaining([JOB, idOf(900), idOf(100), idOf(299)]));
      expect(idsIn(images)).toEqual(expect.arrayContaining(['image-900', 'image-100', 'image-299']));
      expect(idsIn(images)).toHaveLength(201);
    });

    it('keeps an image that no job has named yet, and one that two jobs name', () => {
      const begun = after(
        started,
        imageEvent(11, 800),
        event(12, 'job.created', aJob({ id: idOf(901), state: 'queued', image: 'image-0' })),
      );
      const { images } = lived(300, begun);
      expect(idsIn(images)).toEqual(expect.arrayContaining(['image-800', 'image-0']));
    });

    it('keeps the job of a disc that still lies in its drive', () => {
      const done = after(
        started,
        event(11, 'job.created', jobOf(0, 'completed')),
        event(12, 'attempt.advanced', anAttempt('good', { job: idOf(0) })),
      );
      expect(idsIn(lived(300, done).jobs)).toContain(idOf(0));
    });
  });

  it('ignores events of kinds that it does not know', () => {
    const state = after(started, event(11, 'changer.moved', { id: 'x' }));
    expect(state.position).toEqual({ epoch: EPOCH, seq: 11 });
  });

  it('is the same however often the connection is cut and whatever is sent twice', () => {
    const kinds = fc.constantFrom('assigned', 'underway', 'good', 'bad');
    const told = fc.record({ state: kinds, copy: fc.integer({ min: 1, max: 3 }), rev: fc.nat(50) });
    fc.assert(
      fc.property(
        fc.array(told, { maxLength: 20 }),
        fc.array(fc.nat(20), { maxLength: 5 }),
        (steps, cuts) => {
          const log = steps.flatMap(({ state, copy, rev }, index) => [
            event(11 + 2 * index, 'attempt.advanced', anAttempt(state, { copy })),
            event(12 + 2 * index, 'job.changed', aJob({ rev })),
          ]);
          const uncut = after(started, ...log);
          let cut = started;
          for (const at of [...cuts, log.length]) {
            // The daemon repeats all after the position that the page says; some of it comes before the next cut.
            const seq = (cut.position as unknown as { seq: number }).seq;
            const rest = log.filter((frame) => (frame['seq'] as number) > seq);
            cut = after(cut, welcome(true), ...rest.slice(0, at), ...rest.slice(0, at));
          }
          expect(cut).toEqual(uncut);
        },
      ),
    );
  });
});

describe('a drive on the dashboard', () => {
  const writing = after(started, event(11, 'attempt.advanced', anAttempt('underway')), progress(40));

  it('shows how far its attempt is', () => {
    expect(driveOf(writing)).toMatchObject({ progress: { done: 40, total: 100 } });
    expect(wordOf(writing)).toBe('Writing');
  });

  it('never goes back to a phase that has been left, whatever progress comes late', () => {
    const closing = after(
      writing,
      event(12, 'attempt.advanced', anAttempt('underway', { phase: 'close' })),
      progress(41),
    );
    expect(wordOf(closing)).toBe('Closing');
    expect(driveOf(closing)?.['progress']).toBeUndefined();
    expect(wordOf(after(closing, progress(0, { phase: 'verify' })))).toBe('Verifying');
  });

  it('shows how far an image is until it is made', () => {
    const id = '01JB3Z5V8N0Q4W7X9Y2A6C5D1G';
    const scanning = { phase: 'scan', done: 12, total: 0, path: '/photos' };
    const tells = { op: 'progress', data: { image: id, ...scanning } };
    const imageOf = (state: State) => (state.images as Map<string, Record<string, unknown>>).get(id);
    const begun = after(started, event(11, 'image.created', { id, state: 'mastering' }), tells);
    expect(imageOf(begun)).toEqual({ id, state: 'mastering', progress: scanning });
    const made = event(12, 'image.advanced', { id, state: 'ready' });
    expect(imageOf(after(begun, made))).toEqual({ id, state: 'ready' });
    expect(imageOf(after(started, tells))).toBeUndefined();
  });

  it('keeps its progress when the news that its phase has begun comes late', () => {
    const late = after(writing, event(12, 'attempt.advanced', anAttempt('underway', { phase: 'write' })));
    expect(driveOf(late)).toMatchObject({ progress: { done: 40 } });
  });

  it('is not revived by progress that comes after the end', () => {
    const ended = after(writing, event(12, 'attempt.advanced', anAttempt('good')), progress(41));
    expect(driveOf(ended)?.['attempt']).toBeUndefined();
    expect(wordOf(ended)).toBe('Good');
  });

  it('goes on when an older attempt is told to have ended', () => {
    const late = after(writing, event(12, 'attempt.advanced', anAttempt('bad', { number: 7 })));
    expect(wordOf(late)).toBe('Writing');
  });

  it('shows a good disc until it is taken out, also while the tray is open', () => {
    const good = after(writing, event(12, 'attempt.advanced', anAttempt('good')));
    const open = after(good, event(13, 'drive.changed', { drive: 'd1', holding: 'free', contents: 'open' }));
    expect(wordOf(open)).toBe('Good');
    const empty = after(
      open,
      event(14, 'drive.changed', { drive: 'd1', holding: 'free', contents: 'empty' }),
    );
    expect(wordOf(empty)).toBe('Empty');
  });

  it('shows what it holds again once the tray was closed', () => {
    const good = after(writing, event(12, 'attempt.advanced', anAttempt('good')));
    const back = after(
      good,
      event(13, 'drive.changed', { drive: 'd1', holding: 'free', contents: 'open' }),
      event(14, 'drive.changed', { drive: 'd1', holding: 'free', contents: 'ready' }),
    );
    expect(wordOf(back)).not.toBe('Good');
  });

  it('keeps the result of its disc while a restarted daemon has not looked yet', () => {
    const good = after(writing, event(12, 'attempt.advanced', anAttempt('good')));
    const unseen = after(
      good,
      event(13, 'drive.changed', { drive: 'd1', holding: 'absent', contents: 'empty' }),
    );
    expect(wordOf(unseen)).toBe('Absent');
    const seen = after(
      unseen,
      event(14, 'drive.changed', { drive: 'd1', holding: 'free', contents: 'ready' }),
    );
    expect(wordOf(seen)).toBe('Good');
  });

  it('shows a disc of the past as good only if it is the very one that was proven', () => {
    const attempts = [anAttempt('good', { proof: { mediumFingerprint: 'f1' } })];
    const holding = (fingerprint: string) =>
      after(
        UNKNOWN,
        welcome(false),
        ...snapshots(10, [], [aDrive({ medium: { fingerprint, blankness: { probable: false } } })]),
        {
          op: 'past',
          attempts,
        },
      );
    expect(wordOf(holding('f1'))).toBe('Good');
    expect(wordOf(holding('f2'))).toBe('Holds a recording');
  });

  it.each([
    [{ contents: 'empty' }, 'Empty'],
    [{ contents: 'open' }, 'Tray open'],
    [{ contents: 'loading' }, 'Loading'],
    [{ medium: { blankness: { probable: true } } }, 'Ready'],
    [{ medium: { overwritable: true, blankness: { probable: true } } }, 'Ready'],
    [{ medium: { blankness: { probable: false }, capacity: 10, readable: 5 } }, 'Holds a recording'],
    [{ holding: 'foreign-busy' }, 'In use elsewhere'],
    [{ holding: 'leased' }, 'Leased'],
    [{ holding: 'recovering' }, 'Looking at the disc'],
    [{ holding: 'faulted' }, 'Faulted'],
    [{ holding: 'absent', contents: undefined }, 'Absent'],
    [{ enabled: false }, 'Switched off'],
  ])('with %j is called “%s”', (differences, word) => {
    expect(faceWord(aDrive(differences), undefined)).toBe(word);
  });
});
