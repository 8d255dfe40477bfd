import { describe, expect, it } from 'vitest';
import { openDrive } from '../../../src/drive/drive-session.js';
import type { Basics } from '../../../src/drive/read-basics.js';
import { readWritePace } from '../../../src/drive/read-write-pace.js';
import { readWriteSpeeds } from '../../../src/drive/read-write-speeds.js';
import { decodeCapabilities } from '../../../src/scsi/mode-pages/capabilities.js';
import type { Answer } from '../../../src/transport/transport.js';
import { fastTiming } from '../../support/burn-rig.js';
import { unhex } from '../../support/hex.js';
import { good, scriptedTransport, sense } from '../../support/scripted-transport.js';

const NO_BASICS: Basics = {
  configuration: { currentProfile: 0x11, features: [] },
  page2A: undefined,
  writeProtected: false,
};

/** Replies as MMC-5 §6.8.3 draws them, typed by hand: length, flags, then start, kB/s, end, kB/s of each zone. */
const HEADER = (bytes: string) => `00 00 00 ${bytes} 02 00 00 00`;
const CAV = `${HEADER('14')} 00 00 00 00 00 00 23 54 00 23 12 7f 00 00 56 90`;
const ZONES = `${HEADER('24')}
  00 00 00 00 00 00 21 d2 00 07 ff ff 00 00 21 d2
  00 08 00 00 00 00 43 a4 00 23 12 7f 00 00 43 a4`;
const CAV_THEN_STEADY = `${HEADER('24')}
  00 00 00 00 00 00 21 d2 00 07 ff ff 00 00 43 a4
  00 08 00 00 00 00 43 a4 00 23 12 7f 00 00 43 a4`;
const STEADY = `${HEADER('14')} 00 00 00 00 00 00 15 a4 00 23 12 7f 00 00 15 a4`;

const answered = (answer: Answer) =>
  openDrive({ transport: scriptedTransport(answer), timing: fastTiming() });

/** Page 2Ah of a drive of MMC-2, without bytes 28 and up: 1,411 kB/s at most and at present. */
const OLD_PAGE = '2a 18 3f 07 71 63 29 23 1b 90 01 00 02 00 1b 90 00 00 05 83 05 83 00 00 00 00';

const WITH_OLD_PAGE = { ...NO_BASICS, page2A: decodeCapabilities(unhex(OLD_PAGE)) };

describe('how a drive turns a medium', () => {
  it.each([
    ['steadily', STEADY, 'clv'],
    ['faster outwards, as 16x from 6.5x on', CAV, 'cav'],
    ['in zones', ZONES, 'zclv'],
    ['faster outwards up to a zone', CAV_THEN_STEADY, 'pcav'],
  ])('is %s', async (_, reply, rotation) => {
    expect(await readWritePace(answered(good(unhex(reply))), NO_BASICS)).toMatchObject({ rotation });
  });

  it('is told with its zones and its fastest speed', async () => {
    expect(await readWritePace(answered(good(unhex(CAV))), NO_BASICS)).toEqual({
      rotation: 'cav',
      kBps: 22_160,
      zones: [{ start: 0, end: 2_298_495, startKBps: 9044, endKBps: 22_160 }],
    });
  });

  it('is told by mode page 2Ah where a drive knows nothing else', async () => {
    const pace = await readWritePace(answered(sense('5/20/00')), WITH_OLD_PAGE);
    expect(pace).toEqual({ rotation: 'clv', kBps: 1411, zones: [] });
    expect(await readWritePace(answered(sense('5/20/00')), NO_BASICS)).toBeUndefined();
  });

  it('is at the fastest speed of mode page 2Ah at least, where that lists none', async () => {
    const speeds = await readWriteSpeeds(answered(sense('5/20/00')), WITH_OLD_PAGE);
    expect(speeds).toEqual([{ kBps: 1411, rotation: 'clv' }]);
  });
});
