import { SpindleError } from '../../errors.js';
import { type BlockReader, cached } from './block-reader.js';
import { FINDINGS, type Finding, type Report } from './findings.js';
import { readIsoDescriptors } from './iso-descriptors.js';
import { bridgeDifferences } from './bridge-differences.js';
import { hasUdf } from './udf-recognition.js';
import { validateIso } from './validate-iso.js';
import { validateUdf } from './validate-udf.js';
import type { ViewSummary } from './validated-view.js';

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
      if (!(error instanceof SpindleError)) throw error;
      report({ code: 'block-unreadable', block: first, detail: error.message });
      throw new Unreadable();
    }
  },
});

/** What the file systems of the session hold; what is wrong with them, and between them, is told. */
const viewsOf = async (reader: BlockReader, start: number, report: Report): Promise<ViewSummary[]> => {
  const descriptors = await readIsoDescriptors(reader, start, report);
  const iso = descriptors ? await validateIso(reader, descriptors, report) : [];
  const udf = (await hasUdf(reader, start)) ? await validateUdf(reader, start, report) : undefined;
  if (iso[0] && udf) for (const finding of bridgeDifferences(iso[0], udf)) report(finding);
  return [...iso, ...(udf ? [udf] : [])].map(({ summary }) => summary);
};

/** Reads the volume of the session that begins at `start` and says everything that is wrong with it. */
export const validate = async (source: BlockReader, start = 0): Promise<Validation> => {
  const findings: Finding[] = [];
  let unlisted = 0;
  let valid = true;
  const report = (finding: Finding): void => {
    if (FINDINGS[finding.code].severity === 'error') valid = false;
    if (findings.length < MOST_FINDINGS) findings.push(finding);
    else unlisted++;
  };
  const reader = telling(cached(source), report);
  let views: readonly ViewSummary[] = [];
  try {
    views = await viewsOf(reader, start, report);
    if (views.length === 0 && findings.length === 0)
      report({ code: 'no-volume', block: start, detail: `No volume begins with block ${start}.` });
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
  }
  return { blocks: source.blocks, start, views, findings, unlisted, valid };
};
