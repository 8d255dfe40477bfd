import { SpindleError } from '../errors.js';
import { bdmvLayout } from './bdmv.js';
import type { LeadingContents } from './contents.js';
import { dvdVideoLayout } from './dvd-video.js';
import type { TreeRequest } from './master-request.js';
import type { Tree } from './tree.js';
import { type UdfRequest, udfRequest } from './udf-request.js';
import type { VideoLayout } from './video-request.js';

interface Video {
  /** Of UDF; the first one unless the request names another. */
  readonly revisions: readonly UdfRequest['revision'][];
  readonly iso9660: boolean;
  /** Files that are to be played as they are read. */
  readonly realTime: readonly string[];
  readonly layOut: (tree: Tree, read: (entry: number) => Uint8Array) => LeadingContents;
}

/** What players of each kind want of a volume. OSTA UDF 2.60 6.9.1 for DVD-Video. */
const VIDEOS: Readonly<Record<VideoLayout, Video>> = {
  'dvd-video': { revisions: ['1.02'], iso9660: true, realTime: [], layOut: dvdVideoLayout },
  bdmv: { revisions: ['2.50', '2.60'], iso9660: false, realTime: ['/BDMV/STREAM'], layOut: bdmvLayout },
};

const refuse = (name: VideoLayout, why: string): never => {
  throw new SpindleError('invalid-request', `${name}: ${why}.`);
};

const refuseMisfits = (name: VideoLayout, { revisions, iso9660 }: Video, request: TreeRequest): void => {
  const { udf, startBlock } = request;
  if (udf !== false && !revisions.includes(udf.revision))
    refuse(name, `players want UDF ${revisions.join(' or ')}, not ${udf.revision}`);
  if (udf !== false && udf.access === 'write-once') refuse(name, 'players know no virtual allocation table');
  if (iso9660 && !request.iso9660) refuse(name, 'there must be ISO 9660 beside UDF');
  if (startBlock > 0) refuse(name, `players look in the first session, not at block ${startBlock}`);
};

/** The request with the file systems that its video wants; what was asked for otherwise is refused. */
export const withVideo = (request: TreeRequest): TreeRequest => {
  if (request.video === undefined) return request;
  const video = VIDEOS[request.video];
  refuseMisfits(request.video, video, request);
  const [revision] = video.revisions;
  const udf = request.udf === false ? udfRequest.parse({ revision }) : request.udf;
  return {
    ...request,
    iso9660: video.iso9660,
    udf: {
      ...udf,
      embedFiles: false,
      symbolicLinks: false,
      realTimeFiles: [...udf.realTimeFiles, ...video.realTime],
    },
  };
};

/** The order and the places of its files; undefined where no video is wanted. */
export const layOutVideo = (
  tree: Tree,
  { video }: TreeRequest,
  read: (entry: number) => Uint8Array,
): LeadingContents | undefined => video && VIDEOS[video].layOut(tree, read);
