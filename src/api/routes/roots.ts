import { closeSync } from 'node:fs';
import { readdir, statfs } from 'node:fs/promises';
import { z } from 'zod';
import { SpindleError } from '../../errors.js';
import { type Root } from '../../image/image.js';
import { relativePath, rootName } from '../../jobs/request.js';
import { openBeneath, openRoot } from '../../os/openat2.js';
import { fileKind, lstatAt, STAT, statRow } from '../../os/stat.js';
import { pageAt, pageOf, pageQuery } from '../paging.js';
import { json } from '../responses.js';
import { principalOf, type Server } from '../server.js';
import { type ApiService } from '../service.js';

const bytes = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

const rootView = z
  .strictObject({
    name: z.string(),
    path: z
      .string()
      .exactOptional()
      .meta({ description: 'Told to users of this machine only, i.e. on the Unix socket' }),
    readable: z.boolean(),
    freeBytes: bytes.exactOptional(),
  })
  .meta({ id: 'Root' });

const entryView = z
  .strictObject({
    name: z.string(),
    kind: z.enum(['file', 'directory', 'link', 'other']),
    size: bytes.exactOptional(),
    modifiedAt: z.iso.datetime().exactOptional(),
  })
  .meta({ id: 'DirectoryEntry' });
type EntryView = z.infer<typeof entryView>;

/** A root whose disk is gone is still a root: it is listed as not readable. */
const viewRoot = async ({ name, path }: Root, tellPath: boolean): Promise<z.infer<typeof rootView>> => {
  const shown = tellPath ? { path } : {};
  try {
    const { bavail, bsize } = await statfs(path);
    return { name, ...shown, readable: true, freeBytes: bavail * bsize };
  } catch {
    return { name, ...shown, readable: false };
  }
};

const SHOWN_KINDS = ['file', 'directory', 'link'] as const;

const viewEntry = (directory: number, name: string): EntryView => {
  const row = statRow();
  try {
    lstatAt(directory, name, row);
  } catch {
    return { name, kind: 'other' }; // gone since it was listed, or a name that is no text
  }
  const found = fileKind(Number(row[STAT.mode]));
  const kind = SHOWN_KINDS.find((shown) => shown === found) ?? 'other';
  const modifiedAt = new Date(Number((row[STAT.mtimeNs] ?? 0n) / 1_000_000n)).toISOString();
  return { name, kind, ...(kind === 'file' && { size: Number(row[STAT.size]) }), modifiedAt };
};

/** Names come from the descriptor that was opened beneath the root: no path is opened twice. */
const listDirectory = async (
  root: Root,
  path: string,
  query: z.infer<typeof pageQuery>,
): Promise<{ items: EntryView[]; next?: string }> => {
  const rootFd = openRoot(root.path);
  try {
    const directory = openBeneath(rootFd, path);
    try {
      const names = (await readdir(`/proc/self/fd/${directory}`)).sort();
      return pageAt(names.length, query, (start, end) =>
        names.slice(start, end).map((name) => viewEntry(directory, name)),
      );
    } finally {
      closeSync(directory);
    }
  } finally {
    closeSync(rootFd);
  }
};

export const rootRoutes = (app: Server, service: ApiService): void => {
  app.get(
    '/v1/roots',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'listRoots',
        summary: 'The directories that sources may lie beneath',
        tags: ['roots'],
        response: { 200: json('Roots', z.strictObject({ items: z.array(rootView) })) },
      },
    },
    async (request) => {
      const { id } = principalOf(request);
      // Users of this machine name files by their paths here; whoever comes by TCP has no use for them.
      const tellPath = id.startsWith('uid:');
      return { items: await Promise.all(service.roots.map((root) => viewRoot(root, tellPath))) };
    },
  );

  app.get(
    '/v1/roots/:name/list',
    {
      config: { scope: 'content:read' },
      schema: {
        operationId: 'listDirectory',
        summary: 'The entries of one directory beneath a root; links are not followed',
        tags: ['roots'],
        params: z.strictObject({ name: rootName }),
        querystring: pageQuery.extend({ path: relativePath.default('') }),
        response: { 200: json('Entries by name', pageOf(entryView)) },
      },
    },
    async (request) => {
      const root = service.roots.find(({ name }) => name === request.params.name);
      if (!root) throw new SpindleError('root-unknown', `There is no root ${request.params.name}`);
      return listDirectory(root, request.query.path, request.query);
    },
  );
};
