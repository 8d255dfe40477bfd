import type { Image, ImageView } from '../../src/jobs/records.js';
import type { Lived } from './crash-story.js';
import type { PatientClient } from './patient-client.js';

/*
 * A draft that is built, undone in part, locked in and sealed. What is there is not sent again; what else is repeated is
 * seen in what the draft is. So the story can begin anew at every moment of it, and finds what it had done.
 */

const CONTENT = 'what was kept';

/** Does something to the draft that its revision decides, until it is so. */
const act = (
  client: PatientClient,
  path: string,
  { isSo, action, body }: { isSo: (image: Image) => boolean; action: string; body?: object },
): Promise<Image> =>
  client.persist(`${action} was done`, async () => {
    const { body: found, headers } = await client.api.get(path);
    if (isSo(found as Image)) return found as Image;
    const etag = { 'if-match': headers.etag ?? '' };
    await client.api.ask('POST', `${path}/actions/${action}`, body, etag);
    return undefined;
  });

const tell = (client: PatientClient, { id, draft }: ImageView): void => {
  client.toldOfDraft({ id, rev: draft?.rev ?? 0, leaves: false });
};

const send = async (client: PatientClient, path: string, at: string, content: string): Promise<void> => {
  tell(
    client,
    await client.persist(`${at} was sent`, async () => {
      const { status, body } = await client.api.ask('PUT', `${path}/tree?path=${at}`, content);
      return status === 200 ? (body as ImageView) : undefined;
    }),
  );
};

/** It is as large as a loss of it would show. */
const expectContent = async (client: PatientClient, path: string): Promise<void> => {
  const { bytes } = await client.persist('the image could be read', () => client.api.get(`${path}/content`));
  for (const [text, isThere] of [
    [CONTENT, true],
    ['what was undone', false],
    ['what was removed', false],
  ] as const)
    if (bytes.includes(text) !== isThere)
      throw new Error(`"${text}" is ${isThere ? 'not ' : ''}in the image`);
};

/** What it is now; undefined where it went, as the client wanted. */
const lookAt = (client: PatientClient, id: string): Promise<ImageView | 'gone'> =>
  client.persist('the draft was there', async () => {
    const { status, body } = await client.api.ask('GET', `/v1/images/${id}`);
    if (status === 404 && client.left.has(id)) return 'gone';
    return status === 200 ? (body as ImageView) : undefined;
  });

/** Whether there is nothing at this place of the draft. */
const lacks = async (client: PatientClient, path: string, at: string): Promise<boolean> =>
  (
    await client.persist(`${at} was looked for`, async () => {
      const { status } = await client.api.ask('GET', `${path}/tree?path=${at}`);
      return status === 200 || status === 404 ? { status } : undefined;
    })
  ).status === 404;

/** What is kept, and what is removed again, whose body is freed by locking in. */
const sendBoth = async (client: PatientClient, path: string): Promise<void> => {
  if (!(await lacks(client, path, '/moved'))) return;
  if (await lacks(client, path, '/removed')) await send(client, path, '/removed', 'what was removed');
  if (await lacks(client, path, '/kept')) await send(client, path, '/kept', CONTENT);
};

/** Its changes: what is kept, locked in before something is sent that is undone. */
const change = async (client: PatientClient, id: string): Promise<void> => {
  const path = `/v1/images/${id}`;
  await sendBoth(client, path);
  const edits = [
    { do: 'remove', at: '/removed' },
    { do: 'move', from: '/kept', to: '/moved/kept' },
  ];
  const kept = await client.make<ImageView>(`${path}/revisions`, { edits }, 'draft-move');
  tell(client, kept);
  const to = kept.draft?.revision ?? 0;
  await act(client, path, { action: 'lock-in', isSo: ({ draft }) => draft?.lockedIn === to });
  await send(client, path, '/undone', 'what was undone');
  await act(client, path, { action: 'undo', body: { to }, isSo: ({ draft }) => draft?.revision === to });
};

/** A draft from its beginning to its end, after which nothing of it is left. */
export const build = async (client: PatientClient): Promise<Lived> => {
  const drive = await client.addDrive('drive-1');
  const lived = { drives: [drive], insertions: [...client.insertions], jobs: [], job: undefined };
  const { id } = await client.make<Image>('/v1/images', { type: 'draft' }, 'draft');
  const path = `/v1/images/${id}`;
  const found = await lookAt(client, id);
  if (found === 'gone') return lived;
  if (found.state === 'building') await change(client, id);
  await act(client, path, { action: 'seal', isSo: ({ state }) => state !== 'building' });
  const ready = await client.reach<ImageView>(
    path,
    ({ state }) => state === 'ready',
    () => Promise.resolve(),
  );
  await expectContent(client, path);
  client.toldOfDraft({ id, rev: ready.draft?.rev ?? 0, leaves: true });
  await client.remove(path);
  return lived;
};
