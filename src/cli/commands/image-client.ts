import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { ulid } from '../../jobs/identifier.js';
import { type ImageView, imageView } from '../../jobs/records.js';
import type { Client } from '../client.js';
import { formatBytes } from '../quantities.js';

export const view = imageView.strip();

/** Refused before anybody is asked, where it can be the id of no image. */
export const imageId = (id: string): string => {
  if (!ulid.safeParse(id).success)
    throw new InvalidArgumentError('It takes the id of an image as `spindle image list` tells it.');
  return id;
};

export const pathOf = (image: string): string => `/v1/images/${image}`;

const placeOf = (at: string, stream: string | undefined): string => {
  const named = stream === undefined ? '' : `&stream=${encodeURIComponent(stream)}`;
  return `path=${encodeURIComponent(at)}${named}`;
};

export const treeOf = (image: string, at: string, stream?: string): string =>
  `${pathOf(image)}/tree?${placeOf(at, stream)}`;

/** Of what a file contains, or a named stream. */
export const contentOf = (image: string, at: string, stream?: string): string =>
  `${pathOf(image)}/tree/content?${placeOf(at, stream)}`;

/** What is done to the draft as it is at this moment. */
export const act = async (
  client: Client,
  image: string,
  action: string,
  body?: object,
): Promise<ImageView> => {
  const { draft } = view.parse(await client.call('GET', pathOf(image)));
  const headers = { 'if-match': `"${draft?.rev ?? 0}"` };
  return view.parse(await client.call('POST', `${pathOf(image)}/actions/${action}`, body, headers));
};

const named = z.looseObject({ volumeIdentifier: z.string() });

/** What its volume is called; nothing where that is not known yet, or it has no name. */
export const volumeOf = ({ summary }: ImageView): string =>
  named.safeParse(summary).data?.volumeIdentifier ?? '';

export const describeImage = ({ id, state, bytes, draft, problem }: ImageView): string =>
  [
    `image ${id}: ${state}`,
    ...(draft && state === 'building' ? [`revision ${draft.revision}`] : []),
    ...(bytes > 0 ? [formatBytes(bytes)] : []),
    ...(problem ? [problem.detail] : []),
  ].join(', ');
