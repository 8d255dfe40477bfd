import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { SpindleError } from '../errors.js';
import type { DraftContents } from '../fleet/fleet.js';
import { STAGED_ROOT } from '../image/draft/draft-edit.js';
import type { Source } from '../image/image.js';
import type { Content } from './content-answer.js';
import { download } from './download.js';
import { readSource } from './image-content.js';
import { ofKnownImage } from './known-image.js';
import type { ByteRange } from './range.js';
import { recordedPieces, runsWithin } from './recorded-content.js';
import type { ApiService } from './service.js';
import { lookAtSource } from './look-at-source.js';

/** Where contents are, and of a source how it is now. */
type SeenContents =
  Exclude<DraftContents, { from: 'source' }> | { readonly from: 'source'; readonly source: Source };

const seen = async ({ mastering: { roots } }: ApiService, contents: DraftContents): Promise<SeenContents> => {
  if (contents.from !== 'source') return contents;
  const source = await lookAtSource({ roots, source: contents.source });
  // A body that nothing is taken from any more loses its bytes when the draft is locked in.
  if (source.root === STAGED_ROOT && source.size !== contents.bytes)
    throw new SpindleError('source-changed', 'Something else has taken its place in the draft meanwhile.');
  return { from: 'source', source };
};

const bytesOf = (contents: SeenContents): number => {
  if (contents.from === 'source') return contents.source.size;
  if (contents.from === 'medium') return contents.runs.reduce((sum, { bytes }) => sum + bytes, 0);
  return Buffer.byteLength(contents.bytes, 'base64');
};

/** A body never changes, nor does what is recorded; a source is the same as long as nobody has written to it. */
const etagOf = (contents: SeenContents): string => {
  const said = JSON.stringify(contents, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return `"${createHash('sha256').update(said).digest('hex').slice(0, 32)}"`;
};

const open = (
  service: ApiService,
  contents: SeenContents,
  range: ByteRange,
  gone: AbortSignal,
): Promise<Readable> => {
  if (contents.from === 'source')
    return readSource({ source: contents.source, roots: service.mastering.roots, ...range }, gone);
  if (contents.from === 'medium')
    return download(recordedPieces(service.fleet, contents.disc, runsWithin(contents.runs, range)), gone);
  const bytes = Buffer.from(contents.bytes, 'base64').subarray(range.first, range.last + 1);
  return Promise.resolve(Readable.from([bytes], { objectMode: false }));
};

interface Place {
  readonly path: string;
  readonly stream?: string | undefined;
}

/** What a file of a draft contains now, or a named stream of an entry. */
export const draftContent = async (
  service: ApiService,
  id: string,
  { path, stream }: Place,
): Promise<Content> => {
  const place = await service.drafts.contents(id, { path, stream });
  const contents = await ofKnownImage(service, id, () => seen(service, place));
  return {
    fileName: stream ?? path.slice(path.lastIndexOf('/') + 1),
    bytes: bytesOf(contents),
    etag: etagOf(contents),
    open: (range, gone) => ofKnownImage(service, id, () => open(service, contents, range, gone)),
  };
};
