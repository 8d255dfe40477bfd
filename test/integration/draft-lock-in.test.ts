import { expect, it } from 'vitest';
import type { Store } from '../../src/jobs/store/store.js';
import { ApiClient } from '../support/api-client.js';
import { DraftClient } from '../support/draft-client.js';
import { startTestApi } from '../support/test-api.js';
import { openTestStore } from '../support/test-store.js';

it('what a locking-in meant to free that the database could not note is not freed by the next one', async () => {
  const known = await openTestStore();
  let failures = 1;
  const lockDraft: Store['lockDraft'] = (...about) =>
    failures-- > 0 ? Promise.reject(new Error('the disk is full')) : known.lockDraft(...about);
  const { socket } = await startTestApi({ store: { ...known, lockDraft } });
  const api = new ApiClient(socket);
  const draft = await DraftClient.begin({ api, socket });
  await draft.put('/a', 'the first');
  await draft.put('/a', 'the second');
  expect((await draft.act('lock-in')).status).toBe(500);
  expect((await draft.act('undo', { to: 1 })).status).toBe(200);
  await draft.make({ do: 'make-directory', at: '/b' });
  expect((await draft.act('lock-in')).status).toBe(200);
  const { bytes } = await api.get(`${draft.path}/tree/content?path=/a`);
  expect(bytes.toString()).toBe('the first');
});
