import { z } from 'zod';
import { discQuestion, informationView, type TrackQuestion } from '../../drive/describe-disc.js';
import { featureViews } from '../../drive/describe-features.js';
import { modePageView } from '../../drive/describe-mode-pages.js';
import { mediaType, structureEntry, structureView } from '../../drive/describe-structures.js';
import { SpindleError } from '../../errors.js';
import { driveId, ulid } from '../../jobs/identifier.js';
import { codeParameter } from '../code-parameter.js';
import { ownLease } from '../own-lease.js';
import { json } from '../responses.js';
import type { Server } from '../server.js';
import type { ApiService } from '../service.js';

const params = z.strictObject({ id: driveId });
const leased = { lease: ulid.optional().meta({ description: 'Needed where the drive is leased' }) };
const querystring = z.strictObject(leased);

const modePageParams = z.strictObject({ id: driveId, code: codeParameter(0x3e, 'Page code') });
const structureParams = z.strictObject({ id: driveId, format: codeParameter(0xfe, 'Format code') });

const media = mediaType
  .optional()
  .meta({ description: 'Whose formats are meant; those of the present medium where it is left out' });

const structureQuery = z.strictObject({
  ...leased,
  media,
  layer: z.coerce.number().int().min(0).max(0xff).default(0),
  address: z.coerce.number().int().min(0).max(0xffff_ffff).default(0),
});

const number = (description: string) =>
  z.coerce.number().int().min(-0x8000_0000).max(0xffff_ffff).optional().meta({ description });

const trackQuery = z
  .strictObject({
    ...leased,
    lba: number('A block of the track; negative ones lie in a pre-gap or lead-in'),
    track: number('Its number; 255 is the one that nothing was recorded in yet'),
    session: number('The first track of this session'),
  })
  .refine(
    ({ lba, track, session }) => [lba, track, session].filter((one) => one !== undefined).length === 1,
    'must name one of lba, track and session',
  );

const trackQuestionOf = ({ lba, track, session }: z.infer<typeof trackQuery>): TrackQuestion => {
  if (track !== undefined) return { by: 'track', number: track };
  return session !== undefined ? { by: 'session', number: session } : { by: 'lba', number: lba ?? 0 };
};

/** What the drive said last of its medium says whose structures those are. */
const mediaOf = ({ fleet }: ApiService, drive: string, wanted: z.infer<typeof media>) =>
  wanted ?? (fleet.state(drive).report?.medium?.kind.startsWith('bd') ? 'bd' : 'dvd');

const featureRoute = (app: Server, service: ApiService): void => {
  app.get(
    '/v1/drives/:id/features',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'readFeatures',
        summary: 'Profiles and features of the drive, current or not, decoded and raw',
        tags: ['drives'],
        params,
        querystring,
        response: { 200: json('The features', featureViews) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const lease = await ownLease(service, request, id, request.query.lease);
      return service.fleet.ask<'features'>(id, { do: 'features', lease });
    },
  );
};

const modePageRoutes = (app: Server, service: ApiService): void => {
  app.get(
    '/v1/drives/:id/mode-pages',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'listModePages',
        summary: 'Mode pages of the drive: current, changeable, default and saved values, decoded and raw',
        tags: ['drives'],
        params,
        querystring,
        response: { 200: json('The mode pages', z.strictObject({ items: z.array(modePageView) })) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const lease = await ownLease(service, request, id, request.query.lease);
      return { items: (await service.fleet.ask<'mode-pages'>(id, { do: 'mode-pages', lease })).pages };
    },
  );

  app.get(
    '/v1/drives/:id/mode-pages/:code',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'readModePage',
        summary: 'One mode page',
        tags: ['drives'],
        params: modePageParams,
        querystring,
        response: { 200: json('The mode page', modePageView) },
      },
    },
    async (request) => {
      const { id, code } = request.params;
      const lease = await ownLease(service, request, id, request.query.lease);
      const { pages } = await service.fleet.ask<'mode-pages'>(id, { do: 'mode-pages', code, lease });
      const [page] = pages;
      if (!page) throw new SpindleError('not-found', `The drive ${id} answers with another page`);
      return page;
    },
  );
};

/** Some drives hang at structures that they do not know: who only looks may not ask for them. */
const structureRoutes = (app: Server, service: ApiService): void => {
  app.get(
    '/v1/drives/:id/structures',
    {
      config: { scope: 'drives:control' },
      schema: {
        operationId: 'listDiscStructures',
        summary: 'Structures that the drive can read of its medium, or be sent',
        tags: ['drives'],
        params,
        querystring: z.strictObject({ ...leased, media }),
        response: { 200: json('The structures', z.strictObject({ items: z.array(structureEntry) })) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const lease = await ownLease(service, request, id, request.query.lease);
      const question = {
        do: 'structure-list',
        mediaType: mediaOf(service, id, request.query.media),
        lease,
      } as const;
      return { items: (await service.fleet.ask<'structure-list'>(id, question)).structures };
    },
  );

  app.get(
    '/v1/drives/:id/structures/:format',
    {
      config: { scope: 'drives:control' },
      schema: {
        operationId: 'readDiscStructure',
        summary: 'One structure of the medium (READ DISC STRUCTURE), decoded and raw',
        tags: ['drives'],
        params: structureParams,
        querystring: structureQuery,
        response: { 200: json('The structure', structureView) },
      },
    },
    async (request) => {
      const { id, format } = request.params;
      const { lease: wanted, media: named, layer, address } = request.query;
      const lease = await ownLease(service, request, id, wanted);
      const question = { mediaType: mediaOf(service, id, named), format, layer, address };
      return service.fleet.ask<'structure'>(id, { do: 'structure', question, lease });
    },
  );
};

const informationRoutes = (app: Server, service: ApiService): void => {
  app.get(
    '/v1/drives/:id/disc-information',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'readDiscInformation',
        summary: 'What READ DISC INFORMATION says of the medium, decoded and raw',
        tags: ['drives'],
        params,
        querystring: z.strictObject({ ...leased, type: discQuestion.default('standard') }),
        response: { 200: json('The disc information', informationView) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const lease = await ownLease(service, request, id, request.query.lease);
      const question = { do: 'disc-information', question: request.query.type, lease } as const;
      return service.fleet.ask<'disc-information'>(id, question);
    },
  );

  app.get(
    '/v1/drives/:id/track-information',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'readTrackInformation',
        summary: 'What READ TRACK INFORMATION says of a track, by block, track or session, decoded and raw',
        tags: ['drives'],
        params,
        querystring: trackQuery,
        response: { 200: json('The track information', informationView) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const lease = await ownLease(service, request, id, request.query.lease);
      const question = {
        do: 'track-information',
        question: trackQuestionOf(request.query),
        lease,
      } as const;
      return service.fleet.ask<'track-information'>(id, question);
    },
  );
};

/** What a drive says of itself and its medium, as it says it. */
export const drivePropertyRoutes = (app: Server, service: ApiService): void => {
  featureRoute(app, service);
  modePageRoutes(app, service);
  structureRoutes(app, service);
  informationRoutes(app, service);
};
