import type { FastifyRequest } from 'fastify';
import { SpindleError } from '../errors.js';
import { principalOf } from './server.js';
import type { ApiService } from './service.js';

/**
 * The lease of the drive that a request names, if it names one. Ids of leases are no secrets, and a worker knows leases
 * by nothing else: what a lease allows is allowed to whoever has taken it, and that is looked at here.
 * @throws SpindleError `lease-unknown`.
 */
export const ownLease = async (
  { store }: Pick<ApiService, 'store'>,
  request: FastifyRequest,
  drive: string,
  wanted: string | undefined,
): Promise<string | undefined> => {
  if (wanted === undefined) return undefined;
  const lease = await store.leaseOf(drive);
  if (lease?.id !== wanted || lease.principal !== principalOf(request).id)
    throw new SpindleError('lease-unknown', `You hold no lease ${wanted} of ${drive}.`);
  return wanted;
};
