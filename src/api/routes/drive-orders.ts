import { z } from 'zod';
import { mediaType } from '../../drive/describe-structures.js';
import { modePageView } from '../../drive/describe-mode-pages.js';
import { rawAnswer } from '../../drive/raw-command.js';
import { SpindleError } from '../../errors.js';
import { driveId, ulid } from '../../jobs/identifier.js';
import { codeParameter } from '../code-parameter.js';
import { commandRequest, hexBytes } from '../command-request.js';
import { json, NO_CONTENT } from '../responses.js';
import { neededLease, sendCommand } from '../send-command.js';
import type { Server } from '../server.js';
import type { ApiService } from '../service.js';

const lease = ulid.optional().meta({ description: 'Of the drive; needed' });

/** A page is no longer than what one byte can say. */
const PAGE_DIGITS = 2 * (2 + 255);
const STRUCTURE_DIGITS = 2 * 0xffff;

/** What keeps bytes from being this page, whatever a drive says of them; undefined where nothing does. */
const notOfPage = (page: string, code: number): string | undefined => {
  if (page.length < 4) return `must begin with the code ${code} and have a length`;
  const given = Number.parseInt(page.slice(0, 2), 16) % 0x40;
  return given === code ? undefined : `is page ${given}, and the address names page ${code}`;
};

const pageSelection = z
  .strictObject({
    lease,
    page: hexBytes
      .refine((digits) => digits.length <= PAGE_DIGITS, 'is longer than any mode page')
      .meta({
        description: 'The whole page as `current.raw` has it; only bits that `changeable` has may differ',
      }),
    save: z.boolean().default(false).meta({ description: 'Keep it for good, where the page is `saveable`' }),
  })
  .meta({ id: 'ModePageSelection' });

const structureOrder = z
  .strictObject({
    lease,
    media: mediaType,
    payload: hexBytes
      .refine((digits) => digits.length <= STRUCTURE_DIGITS - 8, 'is longer than any structure')
      .meta({ description: 'What follows the four bytes of the header, as pairs of hex digits' }),
  })
  .meta({ id: 'DiscStructureOrder' });

/** What whoever has leased a drive may do to it directly. */
export const driveOrderRoutes = (app: Server, service: ApiService): void => {
  app.put(
    '/v1/drives/:id/mode-pages/:code',
    {
      config: { scope: 'drives:control' },
      schema: {
        operationId: 'selectModePage',
        summary: 'Set a mode page of a leased drive; answers with the page as the drive has it then',
        tags: ['drives'],
        params: z.strictObject({ id: driveId, code: codeParameter(0x3e, 'Page code') }),
        body: pageSelection,
        response: { 200: json('The mode page', modePageView) },
      },
    },
    async (request) => {
      const { id, code } = request.params;
      const { page, save, lease: wanted } = request.body;
      const message = notOfPage(page, code);
      if (message !== undefined)
        throw new SpindleError('schema-violation', 'The bytes are those of another page', {
          errors: [{ pointer: '/page', message }],
        });
      const held = await neededLease(service, request, id, wanted);
      const { pages } = await service.fleet.order<'select-mode-page'>(id, {
        do: 'select-mode-page',
        code,
        page,
        save,
        lease: held,
      });
      if (!pages[0]) throw new SpindleError('not-found', `The drive ${id} answers with another page`);
      return pages[0];
    },
  );

  app.put(
    '/v1/drives/:id/structures/:format',
    {
      config: { scope: 'drives:control' },
      schema: {
        operationId: 'sendDiscStructure',
        summary: 'Send a leased drive a structure (SEND DISC STRUCTURE); what it sets may be there for ever',
        tags: ['drives'],
        params: z.strictObject({ id: driveId, format: codeParameter(0xff, 'Format code') }),
        body: structureOrder,
        response: { 204: NO_CONTENT },
      },
    },
    async (request, reply) => {
      const { id, format } = request.params;
      const { media, payload, lease: wanted } = request.body;
      const held = await neededLease(service, request, id, wanted);
      await service.fleet.order<'send-structure'>(id, {
        do: 'send-structure',
        mediaType: media,
        format,
        payload,
        lease: held,
      });
      return reply.code(204).send();
    },
  );

  app.post(
    '/v1/drives/:id/commands',
    {
      config: { scope: 'drives:commands', repeated: 'each-time' },
      schema: {
        operationId: 'sendCommand',
        summary:
          'Send a leased drive a command as it is, once; off unless the configuration has `rawCommands`',
        tags: ['drives'],
        params: z.strictObject({ id: driveId }),
        body: commandRequest,
        response: { 200: json('What the drive answered, be it a refusal', rawAnswer) },
      },
    },
    async (request) => sendCommand(service, request, { drive: request.params.id, command: request.body }),
  );
};
