import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startDaemon, type TestDaemon } from '../support/daemon.js';
import { killProcess } from '../support/processes.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const driveFile = (state: string, drive: string): string =>
  join(state, 'virtual', 'drives', drive, 'drive.json');

/** As daemons wrote it before. */
const rememberByWholePath = (state: string, drive: string): void => {
  const file = driveFile(state, drive);
  const content = JSON.parse(readFileSync(file, 'utf8')) as { medium: string };
  const medium = join(file, '..', content.medium);
  writeFileSync(file, JSON.stringify({ ...content, medium }));
};

const record = async ({ api, source }: TestDaemon, drive: string): Promise<void> => {
  fillFolder(source, 'folder', 1);
  const job = await api.submit(folderJob('folder', { onNonBlank: 'erase' }, { drives: [drive] }));
  expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
};

it.each([
  ['', () => undefined],
  [', also where its drives remember their media by whole paths', rememberByWholePath],
])(
  'a state directory that is moved keeps the discs in its drives%s',
  { timeout: 120_000 },
  async (_, before) => {
    const first = await startDaemon();
    const drive = await first.api.addDrive({ blank: 'dvd+rw' });
    await record(first, drive);
    const content = await first.api.recorded(drive);
    await first.stop();
    for (const pid of first.workersOf(drive)) await killProcess(pid);
    before(first.state, drive);

    // A copy stays behind, as it does until somebody is sure.
    const moved = join(temporaryFolder(), 'state');
    cpSync(first.state, moved, { recursive: true });
    const second = await startDaemon({ config: { stateDirectory: moved } });
    const { medium } = await second.api.driveUntil(drive, ({ medium: found }) => found !== undefined);
    expect(medium).toMatchObject({ kind: 'dvd+rw', blankness: { probable: false } });
    expect((await second.api.recorded(drive)).equals(content)).toBe(true);

    const { medium: name } = (await second.api.get(`/v1/virtual-drives/${drive}`)).body as { medium: string };
    const left = join(first.state, 'virtual', 'media', name, 'medium.json');
    const asLeft = readFileSync(left, 'utf8');
    await record(second, drive);
    expect(readFileSync(left, 'utf8')).toBe(asLeft);
  },
);
