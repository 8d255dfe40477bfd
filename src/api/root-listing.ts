import { z } from 'zod';
import type { Root } from '../image/image.js';
import type { pageQuery } from './paging.js';
import { askRoot } from './root-thread.js';

export const entryView = z
  .strictObject({
    name: z.string(),
    kind: z.enum(['file', 'directory', 'link', 'other']),
    size: z.int().min(0).max(Number.MAX_SAFE_INTEGER).exactOptional(),
    modifiedAt: z.iso.datetime().exactOptional(),
  })
  .meta({ id: 'DirectoryEntry' });
export type EntryView = z.infer<typeof entryView>;

export interface ListingRequest {
  readonly root: Root;
  /** Beneath the root. */
  readonly path: string;
  readonly page: z.infer<typeof pageQuery>;
}

export interface DirectoryPage {
  readonly items: EntryView[];
  readonly next?: string;
}

/**
 * One page of a directory.
 * @throws SpindleError what `askRoot` and `openBeneath` throw.
 */
export const listDirectory = (question: ListingRequest, limitMs?: number): Promise<DirectoryPage> =>
  askRoot({ program: 'api/listing-thread', root: question.root.name, question, limitMs });
