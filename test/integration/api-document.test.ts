import { readFileSync } from 'node:fs';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { apiDocuments } from '../../src/api/write-openapi.js';
import { ERRORS } from '../../src/errors.js';
import { shippedPath } from '../../src/program.js';
import { startTestApi } from '../support/test-api.js';

const committed = (name: string): string => readFileSync(shippedPath(`openapi/${name}`), 'utf8');

describe('the committed description of the API', () => {
  it('is what the schemas say now', async () => {
    for (const [path, text] of Object.entries(await apiDocuments())) {
      expect(readFileSync(shippedPath(path), 'utf8') === text, `${path}: run npm run openapi`).toBe(true);
    }
  });

  it('names every code of a problem and no other', () => {
    const { components } = JSON.parse(committed('openapi.json')) as {
      components: { schemas: { Problem: { properties: { code: { enum: string[] } } } } };
    };
    expect(components.schemas.Problem.properties.code.enum.toSorted()).toEqual(
      Object.keys(ERRORS).toSorted(),
    );
  });

  it('wants nothing of a client that has a default', () => {
    const text = readFileSync(shippedPath('openapi/asyncapi.json'), 'utf8');
    const { components } = JSON.parse(text) as { components: { schemas: { ClientFrame: object } } };
    const frames = JSON.stringify(components.schemas.ClientFrame);
    expect(frames).toContain('progressHz');
    expect(frames).not.toMatch(/"required":\[[^\]]*progressHz/);
  });

  it('is served, that of the events as well', async () => {
    const { url } = await startTestApi();
    const body = (await request(url).get('/asyncapi.json').expect(200)).body as object;
    const { channels } = JSON.parse(committed('asyncapi.json')) as { channels: object };
    expect(body).toMatchObject({ asyncapi: '3.0.0', channels });
  });

  it('says of every body what it is', () => {
    interface Described {
      readonly requestBody?: { readonly content?: object };
      readonly responses?: Readonly<Record<string, { readonly content?: object }>>;
    }
    const { paths } = JSON.parse(committed('openapi.json')) as {
      paths: Record<string, Record<string, Described>>;
    };
    const unsaid = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { requestBody, responses = {} }]) =>
        [requestBody, ...Object.values(responses)]
          .flatMap((one) => Object.values(one?.content ?? {}) as { readonly schema?: object }[])
          .filter(({ schema = {} }) => Object.keys(schema).length === 0)
          .map(() => `${method} ${path}`),
      ),
    );
    expect(unsaid).toEqual([]);
  });

  it('leads nowhere that is not there', () => {
    for (const name of ['openapi.json', 'asyncapi.json']) {
      const document = JSON.parse(committed(name)) as unknown;
      const references = committed(name).matchAll(/"\$ref": "#\/([^"]+)"/g);
      for (const [, path = ''] of references) {
        const target = path
          .split('/')
          .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
        expect(target, `${name}: ${path}`).toBeDefined();
      }
    }
  });

  it('says of every POST what a repetition does', () => {
    interface Post {
      readonly operationId: string;
      readonly description?: string;
      readonly parameters?: readonly { readonly in: string; readonly name: string }[];
    }
    const { paths } = JSON.parse(committed('openapi.json')) as { paths: Record<string, { post?: Post }> };
    const posts = Object.values(paths).flatMap(({ post }) => post ?? []);
    const takesKey = ({ parameters = [] }: Post): boolean =>
      parameters.some((one) => one.in === 'header' && one.name === 'idempotency-key');
    expect(posts.filter(takesKey).map(({ operationId }) => operationId)).toEqual(
      expect.arrayContaining(['createJob', 'retryJob', 'createImage', 'takeLease', 'createVirtualDrive']),
    );
    for (const post of posts.filter((one) => !takesKey(one)))
      expect(post.description, post.operationId).toContain('Idempotency-Key');
  });

  it('gives every operation a name of its own', () => {
    const { paths } = JSON.parse(committed('openapi.json')) as {
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    const names = Object.values(paths).flatMap((path) =>
      Object.entries(path).flatMap(([method, { operationId }]) => (method === 'head' ? [] : [operationId])),
    );
    expect(new Set(names).size).toBe(names.length);
  });
});
