import { z } from 'zod';
import { SpindleError } from '../../errors.js';
import type { Root } from '../../image/image.js';
import { relativePath, rootName } from '../../jobs/request.js';
import { pageOf, pageQuery } from '../paging.js';
import { json } from '../responses.js';
import { entryView, listDirectory } from '../root-listing.js';
import { createSpaceSurvey, type RootSpace } from '../root-space.js';
import { principalOf, type Server } from '../server.js';
import type { ApiService } from '../service.js';

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
type RootView = z.infer<typeof rootView>;

/** A root whose disk is gone or does not answer is still a root: it is listed as not readable. */
const viewRoot = ({ name, path }: Root, space: RootSpace, tellPath: boolean): RootView => ({
  name,
  ...(tellPath && { path }),
  readable: space !== undefined,
  ...space,
});

export const rootRoutes = (app: Server, service: ApiService): void => {
  const spaceOf = createSpaceSurvey();

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
      const items: RootView[] = [];
      // One after another: roots of one dead server must not be asked all at once.
      for (const root of service.roots) items.push(viewRoot(root, await spaceOf(root.path), tellPath));
      return { items };
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
      const { path, ...page } = request.query;
      return listDirectory({ root, path, page });
    },
  );
};
