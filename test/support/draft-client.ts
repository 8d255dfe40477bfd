import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { DraftEntry } from '../../src/image/draft/draft-entry.js';
import type { Image, ImageView } from '../../src/jobs/records.js';
import type { Answer, ApiClient } from './api-client.js';
import type { TestDaemon } from './daemon.js';

export interface Listing {
  readonly entry: DraftEntry;
  readonly items: readonly DraftEntry[];
  readonly next?: string;
}

/** A client that builds one draft over the daemon's Unix socket. */
export class DraftClient {
  readonly id: string;
  readonly #daemon: Pick<TestDaemon, 'api' | 'socket'>;

  constructor(daemon: Pick<TestDaemon, 'api' | 'socket'>, id: string) {
    this.#daemon = daemon;
    this.id = id;
  }

  static async begin(daemon: Pick<TestDaemon, 'api' | 'socket'>, more: object = {}): Promise<DraftClient> {
    const { body } = await daemon.api.post('/v1/images', { type: 'draft', ...more });
    return new DraftClient(daemon, (body as Image).id);
  }

  get api(): ApiClient {
    return this.#daemon.api;
  }

  get path(): string {
    return `/v1/images/${this.id}`;
  }

  at(path: string, more = ''): string {
    return `${this.path}/tree?path=${encodeURIComponent(path)}${more}`;
  }

  async image(): Promise<Image> {
    return (await this.api.get(this.path)).body as Image;
  }

  async etag(): Promise<string> {
    return (await this.api.get(this.path)).headers.etag ?? '';
  }

  /** The answer to a body that is sent as it is. */
  async put(path: string, content: string | Uint8Array, headers: object = {}, more = ''): Promise<Answer> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(
        {
          socketPath: this.#daemon.socket,
          method: 'PUT',
          path: this.at(path, more),
          headers: { ...headers },
        },
        resolve,
      );
      sent.once('error', reject);
      sent.end(content);
    });
    const bytes = await buffer(response);
    const { statusCode: status = 0, headers: got } = response;
    return { status, headers: got, bytes, body: JSON.parse(bytes.toString()) as unknown };
  }

  edit(edits: readonly object[], headers: Record<string, string> = {}): Promise<Answer> {
    return this.api.ask('POST', `${this.path}/revisions`, { edits }, headers);
  }

  /** An edit that must succeed. */
  async make(...edits: object[]): Promise<ImageView> {
    const { status, body, bytes } = await this.edit(edits);
    if (status !== 200) throw new Error(`${status} ${bytes.toString()}`);
    return body as ImageView;
  }

  async act(action: string, body?: object): Promise<Answer> {
    return this.api.ask('POST', `${this.path}/actions/${action}`, body, { 'if-match': await this.etag() });
  }

  async list(path = '/'): Promise<Listing> {
    return (await this.api.get(this.at(path))).body as Listing;
  }

  /** Names in a directory, as they came. */
  async names(path = '/'): Promise<string[]> {
    return (await this.list(path)).items.map((entry) => entry.path.split('/').at(-1) ?? '');
  }

  /** Seals the draft; the image when it is made, or the draft that it is again. */
  async seal(): Promise<Image> {
    const { status, bytes } = await this.act('seal');
    if (status !== 200) throw new Error(`${status} ${bytes.toString()}`);
    return this.api.imageUntil(this.id, ({ state }) => state !== 'mastering');
  }
}
