import { describeRoutes } from './openapi.js';
import type { Listener } from './principal.js';
import { draftRoutes } from './routes/drafts.js';
import { draftTreeRoutes } from './routes/draft-tree.js';
import { draftViewRoutes } from './routes/draft-views.js';
import { driveOrderRoutes } from './routes/drive-orders.js';
import { drivePropertyRoutes } from './routes/drive-properties.js';
import { driveRoutes } from './routes/drives.js';
import { eventRoutes } from './routes/events.js';
import { healthRoutes } from './routes/health.js';
import { imageRoutes } from './routes/images.js';
import { jobActionRoutes } from './routes/job-actions.js';
import { jobResultRoutes } from './routes/job-results.js';
import { jobRoutes } from './routes/jobs.js';
import { leaseRoutes } from './routes/leases.js';
import { mediumSessionRoutes } from './routes/medium-sessions.js';
import { manifestRoutes } from './routes/manifests.js';
import { pageRoutes } from './routes/pages.js';
import { planRoutes } from './routes/plans.js';
import { rootRoutes } from './routes/roots.js';
import { serviceRoutes } from './routes/service-routes.js';
import { tokenRoutes } from './routes/tokens.js';
import { validationRoutes } from './routes/validations.js';
import { virtualDriveRoutes } from './routes/virtual-drives.js';
import { virtualMediaRoutes } from './routes/virtual-media.js';
import { createServer, type Server } from './server.js';
import type { ApiService } from './service.js';

const RESOURCES = [
  serviceRoutes,
  rootRoutes,
  driveRoutes,
  drivePropertyRoutes,
  mediumSessionRoutes,
  driveOrderRoutes,
  leaseRoutes,
  virtualDriveRoutes,
  virtualMediaRoutes,
  imageRoutes,
  manifestRoutes,
  draftRoutes,
  draftTreeRoutes,
  draftViewRoutes,
  planRoutes,
  validationRoutes,
  jobRoutes,
  jobActionRoutes,
  jobResultRoutes,
  eventRoutes,
  tokenRoutes,
  healthRoutes,
];

/** Adds every resource to a server that describes its routes. */
export const addResources = (app: Server, service: ApiService): void => {
  for (const addRoutes of RESOURCES) addRoutes(app, service);
};

/**
 * The API for one listener, not listening yet. Each listener has a server of its own over the same service, because
 * where a request came in decides how its caller is known.
 */
export const buildApp = async (service: ApiService, listener: Listener): Promise<Server> => {
  const app = await createServer(service, listener);
  await describeRoutes(app, service.version);
  addResources(app, service);
  await pageRoutes(app, service);
  await app.ready();
  return app;
};
