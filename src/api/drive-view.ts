import { z } from 'zod';
import { givenOnly } from '../given-only.js';
import { progress } from '../burn/progress.js';
import { attemptRef } from '../burn/journal-entry.js';
import { driveCapabilities } from '../drive/drive.js';
import { medium } from '../drive/medium.js';
import { quirk } from '../drive/quirk.js';
import type { DriveState } from '../fleet/fleet.js';
import { type DriveRow, driveRow, driveStatus, type LeaseRow, leaseRow } from '../jobs/records.js';
import { failure, SpindleError } from '../errors.js';
import type { ApiService } from './service.js';

/** What lasts of a drive and what is known of it now. Its fields are those of the events about it. */
export const driveView = z
  .strictObject({
    ...driveRow.shape,
    holding: driveStatus.shape.holding,
    contents: driveStatus.shape.contents.exactOptional(),
    holder: z.string().exactOptional().meta({ description: 'Who holds it, in words' }),
    problem: failure.exactOptional(),
    capabilities: driveCapabilities.exactOptional(),
    quirks: z.array(quirk).exactOptional(),
    medium: medium.exactOptional().meta({
      description:
        'As it was last read; what an attempt leaves is read after its end, before `holding` is no longer `busy`',
    }),
    lease: leaseRow.exactOptional(),
    attempt: attemptRef.exactOptional(),
    progress: progress.exactOptional(),
    revision: z
      .int()
      .min(0)
      .max(Number.MAX_SAFE_INTEGER)
      .meta({ description: 'Grows with every change of its state' }),
  })
  .meta({ id: 'Drive' });
export type DriveView = z.infer<typeof driveView>;

/** A drive that the fleet does not know yet has just been entered; nothing is known of it. */
const UNSEEN: Pick<DriveState, 'holding' | 'revision'> & Partial<DriveState> = {
  holding: 'absent',
  revision: 0,
};

const viewOf = (row: DriveRow, state = UNSEEN, lease?: LeaseRow): DriveView => {
  const { holding, revision, contents, holder, problem, report, attempt, progress: at } = state;
  const { capabilities, quirks, medium: inside } = report ?? {};
  return {
    ...row,
    holding,
    revision,
    ...givenOnly({
      contents,
      holder,
      problem,
      capabilities,
      quirks,
      medium: inside,
      lease,
      attempt,
      progress: at,
    }),
  };
};

type Sources = Pick<ApiService, 'store' | 'fleet'>;

export const listDrives = async ({ store, fleet }: Sources): Promise<DriveView[]> => {
  const [rows, leases] = await Promise.all([store.listDrives(), store.listLeases()]);
  const states = new Map(fleet.states().map((state) => [state.id, state]));
  return rows.map((row) =>
    viewOf(
      row,
      states.get(row.id),
      leases.find(({ drive }) => drive === row.id),
    ),
  );
};

/** @throws SpindleError `drive-unknown` */
export const readDrive = async ({ store, fleet }: Sources, id: string): Promise<DriveView> => {
  const [row, lease] = await Promise.all([store.getDrive(id), store.leaseOf(id)]);
  if (!row) throw new SpindleError('drive-unknown', `There is no drive ${id}`);
  return viewOf(
    row,
    fleet.states().find((state) => state.id === id),
    lease,
  );
};
