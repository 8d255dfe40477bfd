import { z } from 'zod';
import { type ErrorItem, SpindleError } from '../errors.js';
import type { Image } from '../jobs/records.js';
import type { BootFile } from '../image/boot-request.js';
import type { ClientEdit, NewImage } from '../jobs/image-request.js';
import type { JobRequest, VolumeOptions } from '../jobs/request.js';
import type { ApiService } from './service.js';

interface Named {
  readonly root: string;
  readonly pointer: string;
}

/** Files that options of a volume take from beneath a root. */
const rootsOfVolume = ({ boot, udf }: VolumeOptions, pointer: string): Named[] => {
  const files: [file: BootFile | undefined, at: string][] = [
    ...(boot?.entries ?? []).map(({ image }, index): [BootFile, string] => [
      image,
      `boot/entries/${index}/image`,
    ]),
    [boot?.hybrid?.bootCode?.image, 'boot/hybrid/bootCode/image'],
  ];
  return [
    ...files.flatMap(([file, at]) =>
      file && 'root' in file ? [{ root: file.root, pointer: `${pointer}/${at}/root` }] : [],
    ),
    ...(udf === false ? [] : udf.streams).map(({ root }, index) => ({
      root,
      pointer: `${pointer}/udf/streams/${index}/root`,
    })),
  ];
};

/** Everything that a request names beneath a root, with where in the request it does. */
const rootsNamed = (request: JobRequest | NewImage): Named[] => {
  if (request.type === 'draft') return rootsOfVolume(request.volume, '/volume');
  if (request.type === 'data') {
    return [
      ...request.sources.map(({ root }, index) => ({ root, pointer: `/sources/${index}/root` })),
      ...rootsOfVolume(request.volume, '/volume'),
    ];
  }
  return 'source' in request && request.source
    ? [{ root: request.source.root, pointer: '/source/root' }]
    : [];
};

const checkNamed = ({ roots }: Pick<ApiService, 'roots'>, named: readonly Named[]): void => {
  const known = new Set(roots.map(({ name }) => name));
  const errors: ErrorItem[] = named
    .filter(({ root }) => !known.has(root))
    .map(({ root, pointer }) => ({ pointer, message: `There is no root ${root}` }));
  const [first] = errors;
  if (first) throw new SpindleError('root-unknown', first.message, { errors });
};

/** @throws SpindleError `root-unknown`, with each place that names one */
export const checkRoots = (service: ApiService, request: JobRequest | NewImage): void => {
  checkNamed(service, rootsNamed(request));
};

/** The same for edits of a draft. */
export const checkEdits = (service: ApiService, edits: readonly ClientEdit[]): void => {
  const named = edits.flatMap((edit, index) => {
    if (edit.do === 'volume') return rootsOfVolume(edit.volume, `/edits/${index}/volume`);
    return edit.do === 'add' ? [{ root: edit.root, pointer: `/edits/${index}/root` }] : [];
  });
  checkNamed(service, named);
  const drives = edits.flatMap((edit, index) =>
    edit.do === 'import' ? [{ drive: edit.drive, pointer: `/edits/${index}/drive` }] : [],
  );
  checkDrivesNamed(service, drives);
};

interface NamedDrive {
  readonly drive: string;
  readonly pointer: string;
}

const checkDrivesNamed = ({ fleet }: ApiService, named: readonly NamedDrive[]): void => {
  const known = new Set(fleet.states().map(({ id }) => id));
  const errors = named.flatMap(({ drive, pointer }) =>
    known.has(drive) ? [] : [{ pointer, message: `There is no drive ${drive}` }],
  );
  const [first] = errors;
  if (first) throw new SpindleError('drive-unknown', first.message, { errors });
};

const checkDrives = (service: ApiService, request: JobRequest): void => {
  const named = (request.drives ?? []).map((drive, index) => ({ drive, pointer: `/drives/${index}` }));
  if (request.type === 'copy') named.push({ drive: request.from.drive, pointer: '/from/drive' });
  checkDrivesNamed(service, named);
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
  if (image.state === 'building')
    throw new SpindleError('image-not-ready', `The image ${id} is a draft that is not sealed`);
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
  throw new SpindleError('schema-violation', message, {
    errors: [{ pointer: '/spool', message: 'must not be always: the image has no spool' }],
  });
};

/** What can be told at once, before anything is scanned. A job's drives and image are checked as it is stored. */
export const checkPlan = async (service: ApiService, request: JobRequest): Promise<void> => {
  checkRoots(service, request);
  checkDrives(service, request);
  if ('image' in request && request.image !== undefined) await checkImage(service, request.image);
  await checkSpool(service, request);
};
