import { SpindleError } from '../errors.js';
import { turns } from '../transport/turns.js';
import type { ApiService } from './service.js';

/** Two that want the same name at once must not both find it free. */
const inTurn = turns();

/**
 * Gives a drive a name that no other one has. Drives that are found may be called alike; names that people give are there to tell
 * drives apart. `drive`: the one that may have it already.
 * @throws SpindleError `drive-name-taken`
 */
export const withFreeName = <T>(
  { store }: Pick<ApiService, 'store'>,
  { name, drive }: { readonly name: string; readonly drive?: string },
  act: () => Promise<T>,
): Promise<T> =>
  inTurn(async () => {
    const other = (await store.listDrives()).find((one) => one.name === name && one.id !== drive);
    if (other) throw new SpindleError('drive-name-taken', `The drive ${other.id} is called ${name}.`);
    return act();
  });
