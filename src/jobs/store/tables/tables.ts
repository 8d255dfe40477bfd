import type { Database } from 'better-sqlite3';
import { attemptTable } from './attempts.js';
import { copyTable } from './copies.js';
import { draftTable } from './drafts.js';
import { driveTable, virtualDriveTable } from './drives.js';
import { eventTable } from './events.js';
import { idempotencyTable } from './idempotency.js';
import { imageTable } from './images.js';
import { jobTable } from './jobs.js';
import { leaseTable } from './leases.js';
import { metaTable } from './meta.js';
import { tokenTable } from './tokens.js';

/** Every statement of the program, prepared once. */
export const openTables = (db: Database) => ({
  jobs: jobTable(db),
  copies: copyTable(db),
  attempts: attemptTable(db),
  images: imageTable(db),
  drafts: draftTable(db),
  drives: driveTable(db),
  virtualDrives: virtualDriveTable(db),
  leases: leaseTable(db),
  tokens: tokenTable(db),
  events: eventTable(db),
  idempotency: idempotencyTable(db),
  meta: metaTable(db),
});

export type Tables = ReturnType<typeof openTables>;
