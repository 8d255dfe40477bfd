import request from 'supertest';
import { expect, it } from 'vitest';
import type { Progress } from '../../src/burn/progress.js';
import { startTestApi } from '../support/test-api.js';
import { aDataJob } from '../support/test-store.js';

const PROGRESS: Progress = {
  phase: 'write',
  step: 1,
  steps: 3,
  done: 5,
  total: 9,
  kBps: 11_080,
  fifoFill: 0.5,
  underruns: 0,
  elapsedMs: 1000,
};

/** What is ours: the rest tells of any Node. */
const OURS = /^(?:# TYPE )?spindle_(?!process_|nodejs_)/;

const read = async () => {
  const api = await startTestApi();
  const { fleet, store, url } = api;
  const [alpha, beta] = [fleet.state('alpha'), fleet.state('beta')];
  fleet.drives.set('alpha', { ...alpha, holding: 'leased', holder: 'the kiosk in ward 7' });
  fleet.drives.set('beta', { ...beta, holding: 'busy', holder: '01JB3Z5V8N', progress: PROGRESS });
  const job = await store.createJob(aDataJob(), 'uid:0');
  const headers = { authorization: `Bearer ${await api.token('metrics', 'jobs:read')}` };
  await request(url).get(`/v1/jobs/${job.job.id}`).set(headers).expect(200);
  const ask = async () => (await request(url).get('/metrics').set(headers).expect(200)).text;
  return { fleet, jobId: job.job.id, ask };
};

it('the metrics have these names, types and labels', async () => {
  const { ask } = await read();
  const lines = (await ask()).split('\n').filter((line) => OURS.test(line));
  const types = lines.filter((line) => line.startsWith('#')).map((line) => line.slice('# TYPE '.length));
  expect(types.toSorted()).toEqual([
    'spindle_attempts gauge',
    'spindle_copies gauge',
    'spindle_drive gauge',
    'spindle_drive_fifo_fill_ratio gauge',
    'spindle_drive_kbps gauge',
    'spindle_event_connections gauge',
    'spindle_events gauge',
    'spindle_http_request_seconds histogram',
    'spindle_http_requests_total counter',
    'spindle_images gauge',
    'spindle_jobs gauge',
  ]);
  for (const expected of [
    'spindle_drive{drive="alpha",holding="leased"} 1',
    'spindle_drive{drive="beta",holding="busy"} 1',
    'spindle_drive_kbps{drive="alpha"} 0',
    'spindle_drive_kbps{drive="beta"} 11080',
    'spindle_drive_fifo_fill_ratio{drive="beta"} 0.5',
    'spindle_event_connections 0',
    'spindle_jobs{state="queued"} 1',
    'spindle_copies{state="pending"} 1',
    'spindle_attempts{state="good"} 0',
    'spindle_images{state="ready"} 0',
    'spindle_http_requests_total{method="GET",route="/v1/jobs/:id",status="200"} 1',
  ]) {
    expect(lines).toContain(expected);
  }
});

it('no id and no name of a client becomes a label, and what a drive was is not told any more', async () => {
  const { ask, fleet, jobId } = await read();
  const before = await ask();
  for (const secret of ['kiosk', '01JB3Z5V8N', jobId]) expect(before).not.toContain(secret);
  fleet.drives.set('alpha', { ...fleet.state('alpha'), holding: 'free', holder: undefined });
  const after = (await ask()).split('\n').filter((line) => line.startsWith('spindle_drive{drive="alpha"'));
  expect(after).toEqual(['spindle_drive{drive="alpha",holding="free"} 1']);
});
