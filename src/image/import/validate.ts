import { bootProblems } from './boot-checks.js';
import { type BlockReader, cached, isUnreadable } from './block-reader.js';
import { FINDINGS, type Finding, type Report } from './findings.js';
import { readIsoDescriptors } from './iso-descriptors.js';
import { bridgeDifferences } from './bridge-differences.js';
import { checkManifest } from './manifest-checks.js';
import { partitionProblems } from './partition-checks.js';
import { hasUdf } from './udf-recognition.js';
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

const telling = (reader: BlockReader, report: (finding: Finding) => void): BlockReader => ({
  blocks: reader.blocks,
  read: async (first, count) => {
    try {
      return await reader.read(first, count);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      report({ code: 'block-unreadable', block: first, detail: error.message });
      throw new Unreadable();
    }
  },
});

/** What is looked at. */
export interface Validating {
  /** First block of the session. */
  readonly start?: number;
  /** Path of a manifest on the disc; every file that it names is read. */
  readonly manifest?: string | undefined;
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
  const udf = (await hasUdf(reader, start))
    ? await validateUdf(reader, start, { report, keepsFiles })
    : undefined;
  if (iso[0] && udf) for (const finding of bridgeDifferences(iso[0], udf)) report(finding);
  if (descriptors) for await (const finding of bootProblems(reader, descriptors)) report(finding);
  if (start === 0) for await (const finding of partitionProblems(reader)) report(finding);
  return [...iso, ...(udf ? [udf] : [])];
};

/** Reads the volume of a session and says everything that is wrong with it. */
export const validate = async (source: BlockReader, validating: Validating = {}): Promise<Validation> => {
  const { start = 0, manifest } = validating;
  const findings: Finding[] = [];
  let unlisted = 0;
  let valid = true;
  const report = (finding: Finding): void => {
    if (FINDINGS[finding.code].severity === 'error') valid = false;
    if (findings.length < MOST_FINDINGS) findings.push(finding);
    else unlisted++;
  };
  const reader = telling(cached(source), report);
  let views: readonly ValidatedView[] = [];
  try {
    views = await viewsOf(reader, validating, report);
    if (views.length === 0 && findings.length === 0)
      report({ code: 'no-volume', block: start, detail: `No volume begins with block ${start}.` });
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
  }
  const manifestFiles =
    manifest === undefined ? undefined : await checkManifest(source, views, manifest, report);
  return {
    blocks: source.blocks,
    start,
    views: views.map(({ summary }) => summary),
    findings,
    unlisted,
    ...(manifestFiles !== undefined && { manifestFiles }),
    valid,
  };
};
