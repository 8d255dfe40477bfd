import { IMAGE_STATES } from '../records.js';
import { ATTEMPT_STATES, COPY_STATES, JOB_STATES } from '../states.js';
import type { Ledger } from './ledger.js';
import type { Transactions } from './store.js';
import { openTables } from './tables/tables.js';
import { attemptVerbs } from './verbs/attempts.js';
import { draftVerbs } from './verbs/drafts.js';
import { driveVerbs } from './verbs/drives.js';
import { idempotencyVerbs } from './verbs/idempotency.js';
import { imageVerbs } from './verbs/images.js';
import { jobVerbs } from './verbs/jobs.js';
import { leaseVerbs } from './verbs/leases.js';
import { openMoves } from './verbs/moves.js';
import { tokenVerbs } from './verbs/tokens.js';

/** Everything that can be done to the database; each to be run as one transaction of the ledger. */
export const openTransactions = (ledger: Ledger): Transactions => {
  const tables = openTables(ledger.db);
  const moves = openMoves(ledger, tables);
  const { events, meta, idempotency } = tables;
  const { releaseBound, ...leases } = leaseVerbs(ledger, tables);

  const { attachImage, ...jobs } = jobVerbs(ledger, tables, moves);
  const { dropPlanImages, ...images } = imageVerbs(ledger, tables, {
    ...moves,
    dropImage: jobs.dropImage,
  });

  return {
    ...jobs,
    ...attemptVerbs(ledger, tables, moves),
    ...images,
    ...draftVerbs(ledger, tables),
    prepareImage: ({ id, principal }, request, requestDigest, madeFor) => {
      const image = images.createImage(request, principal, requestDigest, { madeFor });
      if (attachImage(id, image.id)) return image;
      images.deleteImage(image.id);
      return undefined;
    },
    ...driveVerbs(ledger, tables),
    ...leases,
    ...tokenVerbs(ledger, tables),
    ...idempotencyVerbs(ledger, tables),
    beginGeneration: () => {
      releaseBound();
      dropPlanImages();
      idempotency.answerEffects();
      idempotency.removeUnanswered();
      return meta.nextGeneration();
    },
    announce: (announcements) => {
      announcements.forEach(ledger.emit);
    },
    eventsSince: events.since,
    eventLog: () => ({ epoch: meta.epoch(), head: events.head(), oldest: events.oldest() }),
    purge: ({ eventsBefore, maxEvents, idempotencyBefore }) => ({
      events: events.purge({ before: eventsBefore, keep: maxEvents }),
      idempotencyKeys: idempotency.purge(idempotencyBefore),
    }),
    statistics: () => ({
      jobs: meta.tally('jobs', JOB_STATES),
      copies: meta.tally('copies', COPY_STATES),
      attempts: meta.tally('attempts', ATTEMPT_STATES),
      images: meta.tally('images', IMAGE_STATES),
      events: events.head(),
    }),
  };
};
