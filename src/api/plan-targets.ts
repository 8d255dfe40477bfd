import type { Decision } from '../burn/plan.js';
import { planBurn } from '../burn/plan-burn.js';
import type { DriveState } from '../fleet/fleet.js';
import { DATA_UNIT, type ImageSummary } from '../image/image.js';
import type { JobRequest } from '../jobs/request.js';
import type { PlannedDrive } from './plan-report.js';

type CopyRequest = Extract<JobRequest, { type: 'copy' }>;

interface Span {
  readonly start: number;
  readonly blocks: number;
}

/** What reading will make: one part of data, of which nothing else is known yet. */
const imageOf = ({ start, blocks }: Span): ImageSummary => ({
  parts: [{ session: 1, track: 1, unit: DATA_UNIT, start, length: blocks }],
  bytes: blocks * DATA_UNIT.mainBytes,
  volumeIdentifier: '',
  files: 0,
  directories: 0,
  smallFiles: 0,
  requestDigest: '',
});

const refused = (code: 'medium-not-blank' | 'drive-becoming-ready', detail: string): Decision => ({
  refusals: [{ code, detail }],
});

const decide = (state: DriveState, span: Span, { burn, from }: CopyRequest): Decision => {
  if (state.id === from.drive)
    return refused(
      'medium-not-blank',
      'The disc that is copied lies in it: the job waits until it is changed.',
    );
  if (!state.report) return refused('drive-becoming-ready', 'Nobody has read the drive yet.');
  return planBurn(state.report, imageOf(span), burn);
};

/**
 * What each target of a copying job would do, by what was last read of its drive: before the source is read, there is no
 * image that a worker could plan with.
 */
export const planTargets = (
  states: readonly DriveState[],
  span: Span,
  request: CopyRequest,
): PlannedDrive[] =>
  states
    .filter(({ id }) => request.drives?.includes(id) ?? true)
    .map((state) => {
      const decision = decide(state, span, request);
      const drive = { drive: state.id, kind: 'disc' as const };
      return 'plan' in decision
        ? { ...drive, plan: decision.plan, refusals: [] }
        : { ...drive, refusals: [...decision.refusals] };
    });
