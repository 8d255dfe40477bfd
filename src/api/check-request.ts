import { z } from 'zod';
import { type ErrorItem, SpindleError } from '../errors.js';
import type { Image } from '../jobs/records.js';
import type { ImageRequest, JobRequest } from '../jobs/request.js';
import type { ApiService } from './service.js';

/** Everything that a request names beneath a root, with where in the request it does. */
const rootsNamed = (request: JobRequest | ImageRequest): { root: string; pointer: string }[] => {
  if (request.type === 'data') {
    return request.sources.map(({ root }, index) => ({ root, pointer: `/sources/${index}/root` }));
  }
  return 'source' in request && request.source
    ? [{ root: request.source.root, pointer: '/source/root' }]
    : [];
};

/** @throws SpindleError `root-unknown`, with each place that names one */
export const checkRoots = ({ roots }: ApiService, request: JobRequest | ImageRequest): void => {
  const known = new Set(roots.map(({ name }) => name));
  const errors: ErrorItem[] = rootsNamed(request)
    .filter(({ root }) => !known.has(root))
    .map(({ root, pointer }) => ({ pointer, message: `There is no root ${root}` }));
  const [first] = errors;
  if (first) throw new SpindleError('root-unknown', first.message, { errors });
};

const checkDrives = ({ fleet }: ApiService, request: JobRequest): void => {
  const known = new Set(fleet.states().map(({ id }) => id));
  const named = (request.drives ?? []).map((drive, index) => ({ drive, pointer: `/drives/${index}` }));
  if (request.type === 'copy') named.push({ drive: request.from.drive, pointer: '/from/drive' });
  const errors = named.flatMap(({ drive, pointer }) =>
    known.has(drive) ? [] : [{ pointer, message: `There is no drive ${drive}` }],
  );
  const [first] = errors;
  if (first) throw new SpindleError('drive-unknown', first.message, { errors });
};

const checkImage = async ({ store }: ApiService, id: string): Promise<void> => {
  const image = await store.getImage(id);
  const errors = [{ pointer: '/image', message: `There is no image ${id}` }];
  if (!image) throw new SpindleError('image-unknown', `There is no image ${id}`, { errors });
  if (image.state === 'failed') {
    throw new SpindleError(
      'image-not-ready',
      `The image ${id} could not be made: ${image.problem?.detail ?? ''}`,
    );
  }
};

const withSpool = z.looseObject({ spooled: z.literal(true) });

/** A spool is made along with an image, never afterwards. */
const isSpooled = ({ request, summary }: Image): boolean =>
  (request.type !== 'read' && request.spool === 'always') || withSpool.safeParse(summary).success;

/** @throws SpindleError `schema-violation` for a job that asks for a spool of an image that has none */
export const checkSpool = async ({ store }: ApiService, request: JobRequest): Promise<void> => {
  if (request.type !== 'image' || request.image === undefined || request.spool !== 'always') return;
  const image = await store.getImage(request.image);
  if (!image || isSpooled(image)) return;
  const message = `The image ${image.id} has no spool; name its sources to have one made`;
  throw new SpindleError('schema-violation', message, { errors: [{ pointer: '/spool', message }] });
};

/** What can be told at once, before anything is scanned. A job's drives and image are checked as it is stored. */
export const checkPlan = async (service: ApiService, request: JobRequest): Promise<void> => {
  checkRoots(service, request);
  checkDrives(service, request);
  if ('image' in request && request.image !== undefined) await checkImage(service, request.image);
  await checkSpool(service, request);
};
