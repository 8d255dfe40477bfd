import { expect, it, vi } from 'vitest';
import type { Store } from '../../src/jobs/store/store.js';
import { ApiClient } from '../support/api-client.js';
import { startTestApi } from '../support/test-api.js';
import { openTestStore } from '../support/test-store.js';

it('a plan that a hundred others push out before its image has a row leaves no image', async () => {
  const known = await openTestStore();
  let goOn = (): void => undefined;
  const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
  const made: string[] = [];
  const planImage: Store['planImage'] = async (...about) => {
    const isFirst = made.push('') === 1;
    if (isFirst) await mayGoOn;
    const image = await known.planImage(...about);
    if (isFirst) made[0] = image.id;
    return image;
  };
  const { socket } = await startTestApi({ store: { ...known, planImage } });
  const api = new ApiClient(socket);
  const request = { type: 'data', sources: [{ at: '/', root: 'music', path: '' }] };
  for (let number = 0; number < 101; number += 1)
    expect((await api.ask('POST', '/v1/plans', request)).status).toBe(202);
  goOn();
  await vi.waitUntil(() => made[0] !== '');
  await vi.waitUntil(async () => (await known.getImage(made[0] ?? '')) === undefined, { timeout: 20_000 });
  expect(await known.getImage(made[0] ?? '')).toBeUndefined();
});
