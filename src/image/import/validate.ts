import { SpindleError } from '../../errors.js';
import { bootProblems } from './boot-checks.js';
import { type BlockReader, cached, isUnreadable } from './block-reader.js';
import { FINDINGS, type Finding, type Report } from './findings.js';
import { readIsoDescriptors } from './iso-descriptors.js';
import { bridgeDifferences } from './bridge-differences.js';
import { checkManifest } from './manifest-checks.js';
import { partitionProblems } from './partition-checks.js';
import { recognizedUdf } from './udf-recognition.js';
import { validateIso } from './validate-iso.js';
import { validateUdf } from './validate-udf.js';
import type { ValidatedView, ViewSummary } from './validated-view.js';

/** Findings that are kept; of a volume that has more, a person has enough to do. */
const MOST_FINDINGS = 1000;

/** What was found in one session of an image or a disc. */
export interface Validation {
  readonly blocks: number;
  /** First block of the session. */
  readonly start: number;
  readonly views: readonly ViewSummary[];
  readonly findings: readonly Finding[];
  /** How many more there were. */
  readonly unlisted: number;
  /** Files that are what the manifest says; undefined where none was to be compared. */
  readonly manifestFiles?: number;
  /** Nothing that was found keeps a reader from reading all of it. */
  readonly valid: boolean;
}

/** Blocks that cannot be read end the validation and are themselves a finding. */
class Unreadable extends Error {}

/** The same in what may be run-out: whoever looks there for the end of a volume is ready for that. */
class UnreadableRunOut extends SpindleError {
  readonly block: number;

  constructor(block: number, cause: SpindleError) {
    super(cause.code, cause.message, { cause });
    this.block = block;
  }
}

const telling = (reader: BlockReader, runOut: number, report: (finding: Finding) => void): BlockReader => ({
  blocks: reader.blocks,
  read: async (first, count) => {
    try {
      return await reader.read(first, count);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      if (first >= reader.blocks - runOut) throw new UnreadableRunOut(first, error);
      report({ code: 'block-unreadable', block: first, detail: error.message });
      throw new Unreadable();
    }
  },
});

/** What is looked at. */
export interface Validating {
  /** First block of the session. */
  readonly start?: number | undefined;
  /** Path of a manifest on the disc; every file that it names is read. */
  readonly manifest?: string | undefined;
  /** So many of the last blocks may be run-out of a CD, which many drives do not read; none where it is left out. */
  readonly runOut?: number | undefined;
}

/** What the file systems of the session hold; what is wrong with them, and between them, is told. */
const viewsOf = async (
  reader: BlockReader,
  { start = 0, manifest }: Validating,
  report: Report,
): Promise<ValidatedView[]> => {
  const keepsFiles = manifest !== undefined;
  const descriptors = await readIsoDescriptors(reader, start, report);
  const iso = descriptors ? await validateIso(reader, descriptors, { report, keepsFiles }) : [];
  const udf = (await recognizedUdf(reader, start))
    ? await validateUdf(reader, start, { report, keepsFiles })
    : undefined;
  if (iso[0] && udf) bridgeDifferences(iso[0], udf).forEach(report);
  if (descriptors) for await (const finding of bootProblems(reader, descriptors)) report(finding);
  return [...iso, ...(udf ? [udf] : [])];
};

/** Takes what is found: the first of it, how much more there was, and whether any of it is an error. */
class Findings {
  readonly kept: Finding[] = [];
  unlisted = 0;
  valid = true;

  readonly report: Report = (finding) => {
    if (FINDINGS[finding.code].severity === 'error') this.valid = false;
    if (this.kept.length < MOST_FINDINGS) this.kept.push(finding);
    else this.unlisted++;
  };
}

/** All views, as far as blocks can be read. */
const look = async (
  source: BlockReader,
  validating: Validating,
  { report, kept }: Findings,
): Promise<readonly ValidatedView[]> => {
  const { start = 0, runOut = 0 } = validating;
  const reader = telling(cached(source), runOut, report);
  try {
    const views = await viewsOf(reader, validating, report);
    if (start === 0) for await (const finding of partitionProblems(reader)) report(finding);
    if (views.length === 0 && kept.length === 0)
      report({ code: 'no-volume', block: start, detail: `No volume begins with block ${start}.` });
    return views;
  } catch (error) {
    if (error instanceof UnreadableRunOut)
      report({ code: 'block-unreadable', block: error.block, detail: error.message });
    else if (!(error instanceof Unreadable)) throw error;
    return [];
  }
};

/** Reads the volume of a session and says everything that is wrong with it. */
export const validate = async (source: BlockReader, validating: Validating = {}): Promise<Validation> => {
  const { start = 0, manifest } = validating;
  const findings = new Findings();
  const views = await look(source, validating, findings);
  const compared =
    manifest === undefined
      ? {}
      : { manifestFiles: await checkManifest(source, views, manifest, findings.report) };
  return {
    blocks: source.blocks,
    start,
    views: views.map(({ summary }) => summary),
    findings: findings.kept,
    unlisted: findings.unlisted,
    ...compared,
    valid: findings.valid,
  };
};
