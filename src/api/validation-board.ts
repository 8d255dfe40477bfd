import { ulid } from 'ulid';
import { runOutAtEnd } from '../drive/run-out.js';
import { SpindleError, toFailure } from '../errors.js';
import type { AskForBlocks, CappedRun } from '../fleet/capped-process.js';
import type { Fleet, Mastering } from '../fleet/fleet.js';
import { runValidation } from '../fleet/validation-run.js';
import type { Root } from '../image/image.js';
import type { Store } from '../jobs/store/store.js';
import type { Logger } from '../log.js';
import type { ValidationArgument, ValidationResult } from '../worker/validation-protocol.js';
import { ofKnownImage, readyImage } from './known-image.js';
import type { NewValidation, ValidationReport } from './validation-report.js';
import { settledOr } from './wait.js';

type Finding = ValidationResult['findings'][number];

export interface ValidationBoard {
  /** @throws SpindleError `image-unknown`, `image-not-ready`, `drive-unknown`, `medium-not-present`, `medium-blank`, `rate-limited` */
  begin(request: NewValidation): Promise<ValidationReport>;
  /** The report when it has come to an end, or as it is when the signal says that one has waited enough. */
  settled(id: string, enough: AbortSignal): Promise<ValidationReport | undefined>;
  findings(id: string): readonly Finding[] | undefined;
  /** Ends it where it runs, and forgets it; false where there is none. */
  remove(id: string): boolean;
  stop(): void;
}

interface Parts {
  readonly store: Store;
  readonly fleet: Fleet;
  readonly mastering: Mastering;
  readonly roots: readonly Root[];
  readonly log: Logger;
  readonly now: () => number;
}

const LIFETIME_MS = 30 * 60_000;
const MOST_KEPT = 100;
/** Each process may take a gigabyte. */
const MOST_RUNNING = 2;

interface Entry {
  report: ValidationReport;
  findings: readonly Finding[];
  readonly expires: number;
  readonly run: CappedRun<ValidationResult>;
  done: Promise<void>;
}

/** What the process is told, and whom it asks for blocks. */
interface Task {
  readonly argument: ValidationArgument;
  readonly askForBlocks?: AskForBlocks;
}

const isRunning = ({ report }: Entry): boolean => report.state === 'running';

const rest = ({ startBlock, manifest }: NewValidation): Omit<ValidationArgument, 'what'> => ({
  ...(startBlock !== undefined && { start: startBlock }),
  ...(manifest !== undefined && { manifest }),
});

const mediumTask = (fleet: Fleet, request: Extract<NewValidation, { type: 'medium' }>): Task => {
  const { drive, lease } = request;
  const medium = fleet.state(drive).report?.medium;
  if (!medium)
    throw new SpindleError('medium-not-present', `No medium is known to lie in the drive ${drive}`);
  const { kind, recording, readable, previousSession } = medium;
  if (recording === undefined || readable === 0)
    throw new SpindleError('medium-blank', `Nothing is recorded on the medium in the drive ${drive}`);
  return {
    argument: {
      what: { type: 'medium', blocks: readable, runOut: runOutAtEnd(kind) },
      start: previousSession?.start ?? 0,
      ...rest(request),
    },
    askForBlocks: (question) => fleet.readBlocks({ ...question, drive, recording, lease }),
  };
};

const taskOf = async (parts: Parts, request: NewValidation): Promise<Task> => {
  const { mastering, roots, fleet } = parts;
  switch (request.type) {
    case 'image': {
      const { id } = await readyImage(parts, request.image);
      const what = { type: 'image' as const, path: mastering.pathOf(id), roots: [...mastering.roots] };
      return { argument: { what, ...rest(request) } };
    }
    case 'source': {
      const { root: name, path } = request.source;
      const root = roots.find((one) => one.name === name);
      if (!root) throw new SpindleError('root-unknown', `There is no root ${name}`);
      return { argument: { what: { type: 'source', root, path }, ...rest(request) } };
    }
    case 'medium':
      return mediumTask(fleet, request);
  }
};

const told = ({ findings, start, ...result }: ValidationResult): Partial<ValidationReport> => {
  const count = (which: (typeof findings)[number]['severity']): number =>
    findings.filter(({ severity }) => severity === which).length;
  return {
    ...result,
    startBlock: start,
    counts: { errors: count('error'), warnings: count('warning'), notes: count('note') },
    state: 'done',
  };
};

/** Rejects when it takes longer than it may, and ends it. */
const inTime = async <T>(run: CappedRun<T>, seconds: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new SpindleError('validation-too-long', `It has taken ${seconds} s.`));
      run.stop();
    }, seconds * 1000);
  });
  try {
    return await Promise.race([run.result, tooLong]);
  } finally {
    clearTimeout(timer);
  }
};

/** Validations that run or were asked for lately. They are kept in memory alone: whoever wants one again asks again. */
export const createValidationBoard = (parts: Parts): ValidationBoard => {
  const { log, now } = parts;
  const entries = new Map<string, Entry>();

  const remove = (id: string): boolean => {
    const entry = entries.get(id);
    entries.delete(id);
    if (entry && isRunning(entry)) entry.run.stop();
    return entry !== undefined;
  };
  const dropStale = (): void => {
    for (const [id, entry] of entries)
      if (!isRunning(entry) && (entry.expires <= now() || entries.size >= MOST_KEPT)) remove(id);
  };
  const timer = setInterval(dropStale, 60_000).unref();

  /** An image that is deleted under it is unknown, whatever the process says. */
  const resultOf = (request: NewValidation, run: CappedRun<ValidationResult>): Promise<ValidationResult> => {
    const result = (): Promise<ValidationResult> => inTime(run, request.limitSeconds);
    return request.type === 'image' ? ofKnownImage(parts, request.image, result) : result();
  };

  const follow = async (
    id: string,
    request: NewValidation,
    run: CappedRun<ValidationResult>,
  ): Promise<void> => {
    const update = (change: Partial<ValidationReport>, findings: readonly Finding[] = []): void => {
      const entry = entries.get(id);
      if (!entry) return;
      entry.report = { ...entry.report, ...change };
      entry.findings = findings;
    };
    try {
      const result = await resultOf(request, run);
      update(told(result), result.findings);
    } catch (error) {
      const problem = toFailure(error);
      if (problem.code === 'internal') log.error({ validation: id, err: error }, 'validating failed');
      update({ state: 'failed', problem });
    }
  };

  return {
    begin: async (request) => {
      dropStale();
      const { argument, ...asking } = await taskOf(parts, request);
      if ([...entries.values()].filter(isRunning).length >= MOST_RUNNING)
        throw new SpindleError('rate-limited', `${MOST_RUNNING} validations are under way already.`);
      const id = ulid(now());
      const expires = now() + request.limitSeconds * 1000 + LIFETIME_MS;
      const onProgress = ({ done: blocksRead }: { readonly done: number }): void => {
        const entry = entries.get(id);
        if (entry) entry.report = { ...entry.report, blocksRead };
      };
      const run = runValidation(argument, { ...asking, onProgress });
      const report: ValidationReport = {
        id,
        of: request,
        state: 'running',
        blocksRead: 0,
        expiresAt: new Date(expires).toISOString(),
      };
      const entry: Entry = { report, findings: [], expires, run, done: Promise.resolve() };
      entries.set(id, entry);
      entry.done = follow(id, request, run);
      return report;
    },
    settled: async (id, enough) => {
      const entry = entries.get(id);
      await settledOr(entry?.done, enough);
      return entries.get(id)?.report;
    },
    findings: (id) => entries.get(id)?.findings,
    remove,
    stop: () => {
      clearInterval(timer);
      for (const id of entries.keys()) remove(id);
    },
  };
};
