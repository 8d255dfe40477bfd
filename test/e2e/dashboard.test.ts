import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CHROMIUM, launchChromium, openPage } from '../support/browser.js';
import { type RunningDaemon, startDaemonProcess } from '../support/daemon-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const KIOSK = { viewport: { width: 1920, height: 1080 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const BAYS = ['bay-1', 'bay-2', 'bay-3', 'bay-4'];
const MEBIBYTE = 1024 * 1024;
/** Far beyond what the work takes; only a test that fails comes near. */
const LIMIT = { timeout: 240_000 };

const aFolderOf = (megabytes: number): string => {
  const folder = temporaryFolder();
  const block = Buffer.alloc(MEBIBYTE, 'forty-two bytes that nobody will ever read');
  mkdirSync(path.join(folder, 'films'));
  for (let n = 1; n <= 4; n++)
    writeFileSync(
      path.join(folder, 'films', `part-${n}.bin`),
      Buffer.concat(Array(megabytes / 4).fill(block)),
    );
  return folder;
};

/** The drives work at the speed of real ones, so that there is something to be watched. */
const addDrives = async (daemon: RunningDaemon, ...names: string[]): Promise<void> => {
  for (const name of names) {
    const { id } = await daemon.ask<{ id: string }>('POST', '/v1/virtual-drives', {
      name,
      speed: 'realtime',
    });
    await daemon.ask('PUT', `/v1/virtual-drives/${id}/medium`, { blank: 'cd-r' });
  }
};

const tokenFor = async (daemon: RunningDaemon, ...scopes: string[]): Promise<string> =>
  (await daemon.ask<{ secret: string }>('POST', '/v1/tokens', { name: 'test', scopes })).secret;

const EVERYTHING = ['status', 'jobs:read', 'jobs:write', 'drives:control'];

const startBrowser = async (): Promise<Browser> => {
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  return browser;
};

interface Watched {
  tiles: number;
  jobs: number;
  /** What each tile has said, in order, without repetitions. */
  words: Record<string, string[]>;
}

/** Notes in the page, at every change, how many tiles and jobs there are and what the tiles say. */
const watch = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const seen: Watched = { tiles: 0, jobs: 0, words: {} };
    Object.assign(globalThis, { seen });
    const look = (): void => {
      const tiles = [...document.querySelectorAll<HTMLElement>('.tile')];
      seen.tiles = Math.max(seen.tiles, tiles.length);
      seen.jobs = Math.max(seen.jobs, document.querySelectorAll('.job').length);
      for (const tile of tiles) {
        const words = (seen.words[tile.dataset['drive'] ?? ''] ??= []);
        const word = tile.querySelector('.word p')?.textContent ?? '';
        if (words.at(-1) !== word) words.push(word);
      }
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    look();
  });

const seenIn = (page: Page): Promise<Watched> =>
  page.evaluate(() => (globalThis as unknown as { seen: Watched }).seen);

/** In the order in which a disc goes through them. */
const STAGES = [
  'Ready',
  'Starting',
  'Loading',
  'Waiting for the drive',
  'Calibrating',
  'Writing',
  'Closing',
  'Verifying',
  'Ejecting',
  'Good',
];

const expectForwards = (words: readonly string[]): void => {
  const stages = words.map((word) => STAGES.indexOf(word));
  expect(stages, words.join(', ')).toEqual(stages.toSorted((a, b) => a - b));
};

const tile = (page: Page, name: string) => page.locator(`.tile[data-drive="${name}"]`);
const word = (page: Page, name: string, text: string) =>
  tile(page, name).locator('.word p', { hasText: new RegExp(`^${text}$`) });

const allSay = async (page: Page, text: string): Promise<void> => {
  for (const bay of BAYS) await word(page, bay, text).waitFor(LIMIT);
};

const isBroken = (fault: string): boolean => !/WebSocket connection to|ERR_CONNECTION_REFUSED/.test(fault);

/** For people to look at; each run writes over those of the last. */
const SCREENSHOTS = path.join(tmpdir(), 'spindle-dashboard');

const saveScreenshot = async (page: Page, name: string): Promise<void> => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const file = path.join(SCREENSHOTS, `${name}.png`);
  await page.screenshot({ path: file });
  expect(statSync(file).size).toBeGreaterThan(10_000);
};

/** What has the keyboard: its name, as a screen reader tells it. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(
    () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
  );

const isWithinScreen = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

describe.skipIf(!existsSync(CHROMIUM))(`the dashboard in ${CHROMIUM}`, () => {
  it('shows four drives record a job to its good end, though the daemon restarts in between', async () => {
    const place = { folder: temporaryFolder(), roots: { films: aFolderOf(128) }, port: 0 };
    let daemon = await startDaemonProcess(place);
    onTestFinished(() => daemon.stop());
    await addDrives(daemon, ...BAYS);
    const token = await tokenFor(daemon, ...EVERYTHING);
    const browser = await startBrowser();
    const [kiosk, phone] = [await openPage(browser, KIOSK), await openPage(browser, PHONE)];

    for (const { page } of [kiosk, phone]) {
      await page.goto(`${daemon.url}/#token=${token}`);
      await allSay(page, 'Ready');
      expect(page.url()).not.toContain(token);
      await watch(page);
    }
    const job = await daemon.ask<{ id: string }>('POST', '/v1/jobs', {
      type: 'data',
      label: 'Four films <img src=x onerror=alert(1)>',
      copies: 4,
      sources: [{ at: '/', root: 'films', path: '' }],
    });
    await Promise.all([allSay(kiosk.page, 'Writing'), allSay(phone.page, 'Writing')]);
    await saveScreenshot(kiosk.page, 'kiosk');
    await saveScreenshot(phone.page, 'phone');
    expect([...kiosk.faults, ...phone.faults]).toEqual([]);

    await daemon.stop();
    await kiosk.page.locator('[data-link="reconnecting"]').waitFor(LIMIT);
    await kiosk.page.getByRole('alert').getByText('The daemon does not answer.').waitFor(LIMIT);
    await saveScreenshot(kiosk.page, 'kiosk-reconnecting');
    for (const bay of BAYS) expect((await seenIn(kiosk.page)).words[bay]).not.toContain('Good');
    daemon = await startDaemonProcess({ ...place, port: daemon.port });
    await kiosk.page.locator('[data-link="live"]').waitFor(LIMIT);

    for (const { page, faults } of [kiosk, phone]) {
      await allSay(page, 'Good');
      await page.locator('.ended-jobs .chip', { hasText: 'Done' }).waitFor(LIMIT);
      const { tiles, jobs, words } = await seenIn(page);
      expect({ tiles, jobs }).toEqual({ tiles: 4, jobs: 1 });
      for (const bay of BAYS) expectForwards(words[bay] ?? []);
      expect(await page.locator('.job-name').textContent()).toBe('Four films <img src=x onerror=alert(1)>');
      expect(await isWithinScreen(page)).toBe(true);
      expect(faults.filter(isBroken)).toEqual([]);
    }

    // Whoever comes only now sees the same: what was proven of a disc is known by the disc.
    const late = await openPage(browser, KIOSK);
    await late.page.goto(`${daemon.url}/#token=${token}`);
    await allSay(late.page, 'Good');
    await late.page.locator('.job-name').press('Enter');
    const dialog = late.page.getByRole('dialog');
    await dialog.getByText('blocks verified').nth(3).waitFor(LIMIT);
    await saveScreenshot(late.page, 'kiosk-job');
    await late.page.keyboard.press('Escape');
    await dialog.waitFor({ ...LIMIT, state: 'detached' });
    expect(late.faults).toEqual([]);
    expect(await daemon.ask('GET', `/v1/jobs/${job.id}`)).toMatchObject({
      state: 'completed',
      outcome: 'ok',
    });
  }, 600_000);

  it('says what canceling costs before a disc is ruined, and shows what became of it', async () => {
    const daemon = await startDaemonProcess({
      folder: temporaryFolder(),
      roots: { films: aFolderOf(160) },
      port: 0,
    });
    onTestFinished(() => daemon.stop());
    await addDrives(daemon, 'bay-1');
    const { page, faults } = await openPage(await startBrowser(), KIOSK);
    await page.goto(`${daemon.url}/#token=${await tokenFor(daemon, ...EVERYTHING)}`);
    await daemon.ask('POST', '/v1/jobs', {
      type: 'data',
      label: 'Too long',
      sources: [{ at: '/', root: 'films', path: '' }],
    });
    await page.locator('.word p', { hasText: 'Writing' }).waitFor(LIMIT);
    await page.getByRole('link', { name: 'Too long' }).first().click();
    await page.getByRole('button', { name: 'Cancel job' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel the job' }).click();
    const force = page.getByRole('button', { name: 'Ruin the disc and cancel' });
    await force.waitFor(LIMIT);
    expect(await page.getByRole('alertdialog').textContent()).toContain('would-ruin-medium');
    await force.click();
    await page.locator('.job-dialog header .chip', { hasText: 'Canceled' }).waitFor(LIMIT);
    // The refusal that was overruled is the only thing that the console may tell.
    expect(faults.filter((fault) => !fault.includes('409'))).toEqual([]);
  }, 600_000);

  it('cancels what waits for somebody where it is seen', async () => {
    const roots = { films: aFolderOf(4) };
    const daemon = await startDaemonProcess({ folder: temporaryFolder(), roots, port: 0 });
    onTestFinished(() => daemon.stop());
    const { id } = await daemon.ask<{ id: string }>('POST', '/v1/virtual-drives', { name: 'bay-1' });
    const { page, faults } = await openPage(await startBrowser(), KIOSK);
    await page.goto(`${daemon.url}/#token=${await tokenFor(daemon, ...EVERYTHING)}`);
    await daemon.ask('POST', '/v1/jobs', {
      type: 'data',
      drives: [id],
      volume: { identifier: 'FOUR FILMS' },
      sources: [{ at: '/', root: 'films', path: '' }],
    });
    const card = page.locator('.job', { hasText: 'Needs you' });
    await card.waitFor(LIMIT);
    await card.getByText('Data disc “FOUR').waitFor(LIMIT);
    expect(await page.locator('.count', { hasText: 'job' }).textContent()).toBe('1job');
    await card.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel the job' }).click();
    await page.locator('.ended-jobs .chip', { hasText: 'Canceled' }).waitFor(LIMIT);
    expect(faults).toEqual([]);
  }, 300_000);

  it('shows the jobs to the operator whose token is given where the kiosk’s was, and gives the keyboard back', async () => {
    const roots = { films: aFolderOf(4) };
    const daemon = await startDaemonProcess({ folder: temporaryFolder(), roots, port: 0 });
    onTestFinished(() => daemon.stop());
    const { id } = await daemon.ask<{ id: string }>('POST', '/v1/virtual-drives', { name: 'bay-1' });
    const label = 'For the operator';
    const sources = [{ at: '/', root: 'films', path: '' }];
    await daemon.ask('POST', '/v1/jobs', { type: 'data', drives: [id], label, sources });
    const { page, faults } = await openPage(await startBrowser(), KIOSK);
    await page.goto(`${daemon.url}/#token=${await tokenFor(daemon, 'status')}`);
    await tile(page, 'bay-1').waitFor(LIMIT);
    await page.locator('[data-link="live"]').waitFor(LIMIT);
    // A proxy that says something of its own while the other token is given is no reason to give up.
    await page.route('**/v1/whoami', (route) => route.fulfill({ body: '<h1>Later</h1>' }), { times: 1 });
    const operator = await tokenFor(daemon, ...EVERYTHING);
    await page.evaluate((hash) => (location.hash = hash), `#token=${operator}`);
    const link = page.locator('.job-name', { hasText: label });
    await link.waitFor(LIMIT);

    await link.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Cancel job' }).press('Enter');
    await page.getByRole('alertdialog').waitFor(LIMIT);
    expect(await focused(page)).toBe('Go back');
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ ...LIMIT, state: 'detached' });
    expect(await focused(page)).toBe('Cancel job');
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel the job' }).press('Enter');
    await page.locator('.ended-jobs .job-name', { hasText: label }).waitFor(LIMIT);
    await page.getByRole('alertdialog').waitFor({ ...LIMIT, state: 'detached' });
    await page.keyboard.press('Escape');
    await dialog.waitFor({ ...LIMIT, state: 'detached' });
    // The list of what ended has a link of its own.
    expect(await focused(page)).toBe(label);
    expect(faults).toEqual([]);
  }, 300_000);

  it('asks who has no token for one, says how it is made, and takes it', async () => {
    const daemon = await startDaemonProcess({ folder: temporaryFolder(), roots: {}, port: 0 });
    onTestFinished(() => daemon.stop());
    const { page, faults } = await openPage(await startBrowser(), PHONE);
    await page.goto(daemon.url);
    await page.getByText('spindle token create').first().waitFor(LIMIT);
    await page.getByLabel('Token').fill('sp_nonsense');
    await page.keyboard.press('Enter');
    await page.getByText('The token is unknown, expired or revoked').waitFor(LIMIT);
    await page.getByLabel('Token').fill(await tokenFor(daemon, 'status'));
    await page.keyboard.press('Enter');
    await page.locator('[data-link="live"]').waitFor(LIMIT);
    // This token may see drives only.
    expect(await page.locator('.queue').count()).toBe(0);
    expect(faults.filter((fault) => !fault.includes('401'))).toEqual([]);
  }, 300_000);
});
