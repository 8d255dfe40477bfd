import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { hasCompiler } from '../support/compiled.js';
import { cliResult, runCli, startCli } from '../support/cli.js';
import { sharedDaemon, startDaemon, type TestDaemon } from '../support/daemon.js';
import { stallingReads } from '../support/stalling-reads.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const beginDraft = async (
  { api }: Pick<TestDaemon, 'api'>,
  volume: object,
  edit: object,
): Promise<string> => {
  const { body } = await api.post('/v1/images', { type: 'draft', volume });
  const { id } = body as { id: string };
  await api.post(`/v1/images/${id}/revisions`, { edits: [edit] });
  return id;
};

describe('spindle image seal', () => {
  const daemon = sharedDaemon();
  const seal = (...args: string[]) => runCli(['--socket', daemon.socket, 'image', 'seal', ...args]);
  const draftOf = (name: string, file: string): Promise<string> => {
    mkdirSync(join(daemon.source, name));
    writeFileSync(join(daemon.source, name, file), 'content');
    return beginDraft(daemon, {}, { do: 'add', at: '/', root: 'source', path: name });
  };

  it('ends when the image is made, and says which names it changes', async () => {
    const name = 'a'.repeat(80);
    const id = await draftOf('whole', name);
    const { code, stdout, stderr } = await seal(id);
    expect(code).toBe(EXIT.ok);
    expect(stdout.toString()).toMatch(new RegExp(`^image ${id}: ready, .*B\\n$`));
    expect(stderr).toMatch(new RegExp(`^warning: /${name} becomes a+ in joliet$`, 'm'));
    expect(await daemon.api.imageUntil(id, () => true)).toMatchObject({ state: 'ready' });
  });

  it('says why the image could not be made, and what helps', async () => {
    const id = await draftOf('gone', 'file');
    rmSync(join(daemon.source, 'gone'), { recursive: true });
    const { code, stdout, stderr } = await seal(id);
    expect(code).toBe(EXIT.refused);
    expect(stdout.toString()).toBe('');
    expect(stderr).toMatch(/^spindle: source-missing: .*gone.*\nCheck the path\.$/m);
    expect(await daemon.api.imageUntil(id, () => true)).toMatchObject({ state: 'building' });
  });

  it('says it in JSON alone where that is wanted', async () => {
    const id = await draftOf('gone too', 'file');
    rmSync(join(daemon.source, 'gone too'), { recursive: true });
    const { stderr } = await runCli(['--socket', daemon.socket, '--json', 'image', 'seal', id]);
    expect(JSON.parse(stderr)).toMatchObject({ code: 'source-missing' });
  });

  it('ends at once where that is wanted', async () => {
    const id = await draftOf('alone', 'file');
    const { code, stdout } = await seal(id, '--detach');
    expect(code).toBe(EXIT.ok);
    expect(stdout.toString()).toBe(`image ${id}: mastering\n`);
  });
});

it.skipIf(!hasCompiler())(
  'spindle image seal that is interrupted lets the image be made, and says so [gcc]',
  async () => {
    const folder = temporaryFolder();
    const dead = join(folder, 'dead');
    mkdirSync(dead);
    writeFileSync(join(dead, 'file'), 'content');
    const environment = stallingReads(join(dead, 'file'), join(folder, 'stall'));
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const daemon = await startDaemon({ roots: { dead } });
    const id = await beginDraft(
      daemon,
      { manifest: '/SHA256SUMS' },
      { do: 'add', at: '/', root: 'dead', path: '' },
    );
    writeFileSync(join(folder, 'stall'), '');
    const child = startCli(['--socket', daemon.socket, 'image', 'seal', id]);
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stderr!.on('data', (text: Buffer) => (said += text.toString()));
    const result = cliResult(child);
    await expect.poll(() => said, { timeout: 40_000 }).toContain(`image ${id}: mastering`);
    child.kill('SIGINT');
    expect((await result).code).toBe(EXIT.interrupted);
    expect(said).toContain(`Image ${id} goes on being made`);
    expect(await daemon.api.imageUntil(id, () => true)).toMatchObject({ state: 'mastering' });
  },
);
