import { type ChildProcess, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { programPath } from '../../src/program.js';
import { type CliResult, cliResult, runCli, startCli } from '../support/cli.js';
import { sharedDaemon } from '../support/daemon.js';
import { hasTool } from '../support/has-tool.js';
import { killProcess } from '../support/processes.js';
import { ENDLESS_WRITES, fillFolder, folderJob } from '../support/sources.js';

const daemon = sharedDaemon();
const { api } = daemon;
const LONG_NAME = 'a'.repeat(80);
const CHANGED = new RegExp(`^warning: /${LONG_NAME} becomes a+ in joliet$`, 'm');
let folder: string;

beforeAll(() => {
  folder = fillFolder(daemon.source, 'folder');
  writeFileSync(join(folder, LONG_NAME), '');
});

const spindle = (...args: string[]): Promise<CliResult> => runCli(['--socket', daemon.socket, ...args]);

/** A job that waits for a disc in an empty drive. */
const waitingJob = async (): Promise<{ job: string; drive: string }> => {
  const drive = await api.addDrive();
  const { stdout } = await spindle('burn', folder, '-d', drive, '--detach');
  const job = stdout.toString().trim();
  await api.jobUntil(job, ({ state }) => state === 'waiting');
  return { job, drive };
};

/** `spindle watch`, once it has shown that it follows the job. */
const startWatching = async (job: string): Promise<{ child: ChildProcess; result: Promise<CliResult> }> => {
  const child = startCli(['--socket', daemon.socket, 'watch', job]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stderr!.on('data', (text: Buffer) => (said += text.toString()));
  const result = cliResult(child);
  const says = (text: string): Promise<void> =>
    expect.poll(() => said, { timeout: 40_000 }).toContain(`job ${job}: ${text}`);
  await says('waiting');
  expect(said).toContain(`\`spindle cancel ${job}\` ends it`);
  await api.post(`/v1/jobs/${job}/actions/hold`);
  await says('held');
  said = '';
  await api.post(`/v1/jobs/${job}/actions/release`);
  await says('waiting');
  return { child, result };
};

describe('spindle watch', () => {
  it('that is interrupted leaves the job, and says so', async () => {
    const { job } = await waitingJob();
    const { child, result } = await startWatching(job);
    child.kill('SIGINT');
    const { code, stderr } = await result;
    expect(code).toBe(EXIT.interrupted);
    expect(stderr).toContain(`Job ${job} goes on; \`spindle watch ${job}\` shows it`);
    expect(await api.job(job)).toMatchObject({ state: 'waiting' });
  });

  it('says what an interrupted attempt has left, and what helps', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await api.faults(drive, [ENDLESS_WRITES]);
    const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
    await api.working(drive, 'write');
    await killProcess(daemon.workerOf(drive));
    await api.ended(job);
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
    const { code, stdout } = await spindle('watch', job);
    expect(code).toBe(EXIT.jobFailed);
    expect(stdout.toString()).toMatch(/: its medium is appendable\. .*`spindle recover DRIVE`/);
  });

  it('goes on through a restart of the daemon', async () => {
    const { job, drive } = await waitingJob();
    const { result } = await startWatching(job);
    await daemon.restart();
    await api.insert(drive, { blank: 'dvd+r' });
    expect(await result).toMatchObject({ code: EXIT.ok });
  });

  it('ends, and says why, when there is no such job any more', async () => {
    const { job } = await waitingJob();
    const { child, result } = await startWatching(job);
    child.kill('SIGSTOP');
    await daemon.restart();
    await spindle('cancel', job);
    await api.delete(`/v1/jobs/${job}`);
    child.kill('SIGCONT');
    const { code, stdout, stderr } = await result;
    // Whichever answer is faster: to what it has missed, or to how the job is.
    expect([EXIT.refused, EXIT.canceled]).toContain(code);
    expect(`${stdout.toString()}${stderr}`).toContain(code === EXIT.refused ? 'job-unknown' : 'canceled');
  });

  it('says how a job has ended that was deleted right after', async () => {
    const { job } = await waitingJob();
    const { child, result } = await startWatching(job);
    child.kill('SIGSTOP');
    await spindle('cancel', job);
    await api.delete(`/v1/jobs/${job}`);
    child.kill('SIGCONT');
    expect(await result).toMatchObject({ code: EXIT.canceled });
  });

  it('refuses what can be the id of no job, with code 2, and asks nobody', async () => {
    for (const command of ['watch', 'cancel', 'hold', 'release', 'retry']) {
      const { code, stderr } = await runCli(['--socket', '/nonexistent/api.sock', command, 'a b']);
      expect(code).toBe(EXIT.usage);
      expect(stderr).toMatch(/'a b' is invalid.*id of a job/);
    }
  });
});

describe('a job that waits for another disc', () => {
  it('is shown with the disc that lies there, and what to do', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const job = await api.submit(folderJob('folder', {}, { drives: [drive], copies: 2 }));
    await api.jobUntil(job, ({ reasons }) => reasons.some(({ code }) => code === 'wrong-medium'));
    const { code, stderr } = await spindle('watch', job, '--until-waiting');
    expect(code).toBe(EXIT.mediumNeeded);
    expect(stderr).toMatch(/In the drive lies dvd\+r, the volume "FOLDER", recording [0-9a-f]{12}\./);
    expect(stderr).toContain('It was used for another copy of this job: insert another disc.');
    expect(stderr).toContain(`\`spindle cancel ${job}\` ends it`);
    const listed = await spindle('jobs');
    expect(listed.stdout.toString()).toContain('insert another disc');
    expect(listed.stderr).toContain('`spindle cancel JOB` ends it');
    expect((await spindle('--json', 'jobs')).stderr).toBe('');
    await spindle('cancel', job);
  });
});

describe('names that a file system cannot hold', () => {
  it('are told by a plan, with what they become', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const { stdout } = await spindle('plan', folder, '-d', drive);
    expect(stdout.toString()).toMatch(CHANGED);
  });

  it('are told by a burn, once, in the words of spindle master', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const { code, stderr } = await spindle('burn', folder, '-d', drive);
    expect(code).toBe(EXIT.ok);
    const warnings = (text: string): string[] =>
      text.split('\n').filter((line) => line.startsWith('warning: '));
    const { stderr: ofMaster } = await runCli(['master', folder, '-o', '-']);
    expect(warnings(stderr)).toEqual(warnings(ofMaster));
    expect(stderr).toMatch(CHANGED);
  });
});

const ESCAPE = '\u001b[';

describe.skipIf(!hasTool('script'))('on a terminal', () => {
  /** What a person sees who burns. */
  const seen = (drive: string, ...options: string[]): string => {
    const words = [process.execPath, programPath('cli/main'), '--socket', daemon.socket, ...options];
    const command = [...words, 'burn', folder, '-d', drive].map((word) => `'${word}'`).join(' ');
    return execFileSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8' });
  };

  it('draws bars over themselves', async () => {
    expect(seen(await api.addDrive({ blank: 'dvd+r' }))).toContain(ESCAPE);
  });

  it('draws nothing where JSON is wanted', async () => {
    expect(seen(await api.addDrive({ blank: 'dvd+r' }), '--json')).not.toContain(ESCAPE);
  });
});
