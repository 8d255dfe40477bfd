import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { startTestApi } from '../support/test-api.js';

describe('the API', () => {
  it('answers on TCP to who has a token', async () => {
    const api = await startTestApi();
    const token = await api.token('status');
    const answer = await request(api.url).get('/v1/server').set('authorization', `Bearer ${token}`);
    expect(answer.body).toMatchObject({ name: 'spindle' });
    expect(answer.status).toBe(200);
    const drives = await request(api.url).get('/v1/drives').set('authorization', `Bearer ${token}`);
    expect(drives.body).toMatchObject({ items: [{ id: 'alpha' }, { id: 'beta' }] });
  });
});
