import { isDeepStrictEqual } from 'node:util';
import type { WorkerStatus } from '../worker/protocol.js';
import type { WorkerArgument } from '../worker/worker-argument.js';

interface Wanted {
  readonly argument: Pick<WorkerArgument, 'build' | 'circumstances' | 'location'>;
  readonly absent?: boolean;
}

/**
 * Whether a worker is none that would be started now: of another build; under other circumstances, as after a change of the
 * configuration; of a drive that is not there, or is or has been at another place, as when a plug was pulled while it recorded.
 */
export const isOutdated = (
  { build, circumstances, location }: WorkerStatus,
  { argument: wanted, absent = false }: Wanted,
): boolean =>
  absent ||
  build !== wanted.build ||
  circumstances !== wanted.circumstances ||
  (location !== undefined && !isDeepStrictEqual(location, wanted.location));
