import { expect, it, onTestFinished } from 'vitest';
import { faultScript } from '../../../src/virtual/faults.js';
import type { Transport } from '../../../src/transport/transport.js';
import { plugDrive, type PluggedDrive } from '../../../src/worker/plugged-drive.js';
import type { VirtualOperation } from '../../../src/worker/protocol.js';
import { endOf, untilReady } from '../../support/raw-command.js';
import { silentLog } from '../../support/test-store.js';
import { aVirtualDrive } from '../../support/virtual-drive.js';

const TEST_UNIT_READY = '00 00 00 00 00 00';
const NO_FAULTS: VirtualOperation = { kind: 'faults', faults: [] };

/** Whatever is plugged in at the moment. */
const cable = (plugged: PluggedDrive): Transport => ({
  execute: (command) => plugged.target().execute(command),
  close: () => Promise.resolve(),
});

it.each(['unplug', 'hang'])(
  'two hands at once at a drive that is lost (%s) plug in one drive',
  async (action) => {
    const { drive, driveFolder } = aVirtualDrive({ blank: 'dvd+r' });
    await drive.setFaults(faultScript.parse([{ when: { command: 1 }, do: { action } }]));
    await drive.close();
    const plugged = plugDrive(driveFolder, silentLog);
    onTestFinished(() => plugged.close());
    const first = endOf(cable(plugged), TEST_UNIT_READY).catch((error: unknown) => error);
    await Promise.all([plugged.operate(NO_FAULTS), plugged.operate(NO_FAULTS)]);
    expect(await first).toMatchObject({ code: 'drive-lost' });
    await untilReady(cable(plugged));
    expect(await endOf(cable(plugged), TEST_UNIT_READY)).toBe('good');
  },
);
