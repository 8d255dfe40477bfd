import { writeFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';

import { type Uevent, parseUevent, watchUevents } from '../../../src/os/uevents.js';

/** Typed from lib/kobject_uevent.c (the frame) and block/disk-events.c (the property) of Linux 6.1. */
const MEDIA_CHANGE = [
  'change@/devices/pci0000:00/0000:00:1f.2/ata2/host1/target1:0:0/1:0:0:0/block/sr0',
  'ACTION=change',
  'DEVPATH=/devices/pci0000:00/0000:00:1f.2/ata2/host1/target1:0:0/1:0:0:0/block/sr0',
  'SUBSYSTEM=block',
  'DISK_MEDIA_CHANGE=1',
  'MAJOR=11',
  'MINOR=0',
  'DEVNAME=sr0',
  'DEVTYPE=disk',
  'DISKSEQ=27',
  'SEQNUM=3391',
  '',
].join('\0');

it('a changed disc is an event of its drive', () => {
  const event = parseUevent(new TextEncoder().encode(MEDIA_CHANGE));
  expect(event).toMatchObject({ action: 'change', subsystem: 'block', deviceName: 'sr0' });
  expect(event?.devicePath).toMatch(/\/block\/sr0$/);
  expect(event?.properties.get('DISK_MEDIA_CHANGE')).toBe('1');
});

it.each(['', 'libudev\0\xfe\xed\xca\xfe', 'change', '@/devices/x', 'ACTION=add\0'])(
  'what does not come from the kernel is no event: %j',
  (message) => {
    expect(parseUevent(new TextEncoder().encode(message))).toBeUndefined();
  },
);

it('events of the kernel arrive, and none after the watch was closed', async (context) => {
  let arrived: (event: Uevent) => void = () => undefined;
  const watch = watchUevents(
    (event) => {
      arrived(event);
    },
    () => undefined,
  );
  onTestFinished(() => {
    watch.close();
  });
  const event = new Promise<Uevent>((resolve) => {
    arrived = (candidate) => {
      if (candidate.devicePath === '/devices/virtual/net/lo') resolve(candidate);
    };
  });
  try {
    writeFileSync('/sys/class/net/lo/uevent', 'change'); // asks the kernel for a synthetic event
  } catch {
    context.skip('only root may ask the kernel for an event');
  }
  expect(await event).toMatchObject({ action: 'change', subsystem: 'net' });
  watch.close();
  watch.close();
});
