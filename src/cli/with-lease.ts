import { z } from 'zod';
import { isSpindleError } from '../errors.js';
import type { Client } from './client.js';

const leaseView = z.looseObject({ id: z.string() });

/** What an order to a drive takes by itself, where it is over at once. */
const USUAL_SECONDS = 60;

/** With the lease that is named, or one that lasts as long as the work; `path` is that of the drive. */
export const withLease = async <T>(
  client: Client,
  path: string,
  { lease, seconds = USUAL_SECONDS }: { readonly lease?: string | undefined; readonly seconds?: number },
  work: (lease: string) => Promise<T>,
): Promise<T> => {
  if (lease !== undefined) return work(lease);
  const taken = leaseView.parse(await client.call('POST', `${path}/lease`, { name: 'spindle', seconds }));
  try {
    return await work(taken.id);
  } finally {
    // What became of the work counts, not that the lease is over or the drive lost: then there is nothing to give back.
    await client.call('DELETE', `${path}/lease?lease=${taken.id}`).catch((error: unknown) => {
      if (!isSpindleError(error)) throw error;
    });
  }
};
