import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedDaemon } from '../support/daemon.js';

const daemon = sharedDaemon();
const { api } = daemon;
const media = (): string[] => readdirSync(join(daemon.state, 'virtual', 'media'));

describe('a blank that cannot be put into a virtual drive', () => {
  it('is not made where another medium lies in the drive', async () => {
    const drive = await api.addDrive({ blank: 'cd-r' });
    const before = media();
    const put = () => api.refused('PUT', `/v1/virtual-drives/${drive}/medium`, { blank: 'dvd+r' });
    expect(await put()).toMatchObject({ code: 'virtual-drive-occupied' });
    expect(media()).toEqual(before);
    expect((await api.drive(drive)).medium).toMatchObject({ kind: 'cd-r' });
  });

  it('is not made where the drive is leased', async () => {
    const drive = await api.addDrive();
    await api.post(`/v1/drives/${drive}/lease`, { name: 'archive robot' });
    const before = media();
    const put = () => api.refused('PUT', `/v1/virtual-drives/${drive}/medium`, { blank: 'dvd+r' });
    expect(await put()).toMatchObject({ code: 'drive-leased' });
    expect(media()).toEqual(before);
  });
});

describe('a medium that is kept', () => {
  it('is kept, though the drive that it is put into refuses it', async () => {
    const drive = await api.addDrive({ blank: 'cd-r' });
    const { medium } = (await api.get(`/v1/virtual-drives/${drive}`)).body as { medium: string };
    await api.exchange(drive, { blank: 'dvd+r' });
    await api.refused('PUT', `/v1/virtual-drives/${drive}/medium`, { medium });
    expect(media()).toContain(medium);
    await api.exchange(drive, { medium });
    expect((await api.drive(drive)).medium).toMatchObject({ kind: 'cd-r' });
  });
});
