import { describe, expect, it } from 'vitest';
import { matchDrives } from '../../../src/jobs/match-drives.js';
import type { DriveRow } from '../../../src/jobs/records.js';
import type { FoundDrive } from '../../../src/jobs/store/store.js';

const MODEL = { vendor: 'PIONEER', product: 'BD-RW BDR-212M', revision: '1.03' };

const found = (port: string, serial?: string, model = MODEL): FoundDrive => ({
  transport: 'sg',
  location: { port, device: '/dev/sr0' },
  identity: { ...model, ...(serial !== undefined && { serial }) },
});

const known = (id: string, port: string, serial?: string): DriveRow => ({
  id,
  rev: 1,
  name: id,
  accepting: true,
  enabled: true,
  firstSeenAt: '2026-11-22T12:00:00.000Z',
  lastSeenAt: '2026-11-22T12:00:00.000Z',
  ...found(port, serial),
});

const at = (device: string, drive: FoundDrive): FoundDrive => ({
  ...drive,
  location: { ...drive.location, device },
});
const rowAt = (device: string, row: DriveRow): DriveRow => ({ ...row, ...at(device, row) });

const idsOf = (drives: readonly FoundDrive[], rows: readonly DriveRow[]) =>
  matchDrives(drives, rows).map((match) => match.known?.id);

describe('a drive that is found', () => {
  it('is a new one when nothing like it was ever seen', () => {
    expect(idsOf([found('ata-1', 'S1')], [])).toEqual([undefined]);
  });

  it('is known by the port that an earlier build has kept, without the place at it', () => {
    const rows = [known('left', 'ata1'), known('right', 'ata2')];
    expect(idsOf([found('ata2/0:0:0'), found('ata1/0:0:0')], rows)).toEqual(['right', 'left']);
  });

  it('is known by its place at a port that its twin has, too', () => {
    const rows = [
      rowAt('/dev/sr0', known('left', 'ata1/0:0:0')),
      rowAt('/dev/sr1', known('right', 'ata1/0:1:0')),
    ];
    const twins = [at('/dev/sr0', found('ata1/0:1:0')), at('/dev/sr1', found('ata1/0:0:0'))];
    expect(idsOf(twins, rows)).toEqual(['right', 'left']);
  });

  it('is known by its device where an earlier build has kept one port for it and its twin', () => {
    const twins = [at('/dev/sr0', found('ata1/0:0:0')), at('/dev/sr1', found('ata1/0:1:0'))];
    const rows = [rowAt('/dev/sr1', known('right', 'ata1')), rowAt('/dev/sr0', known('left', 'ata1'))];
    expect(idsOf(twins, rows)).toEqual(['left', 'right']);
  });

  it('is known by its device at a new port, and not where others were seen as that device', () => {
    const moved = at('/dev/sr0', found('usb2/0:0:0'));
    const left = rowAt('/dev/sr0', known('left', 'ata1/0:0:0'));
    expect(idsOf([moved], [left])).toEqual(['left']);
    expect(idsOf([moved], [left, rowAt('/dev/sr0', known('other', 'ata2/0:0:0'))])).toEqual([undefined]);
    expect(idsOf([moved], [rowAt('/dev/sr1', left)])).toEqual([undefined]);
    expect(
      idsOf([at('/dev/sr0', found('usb2/0:0:0', 'S2'))], [rowAt('/dev/sr0', known('left', 'ata1', 'S1'))]),
    ).toEqual([undefined]);
  });

  it('that carries its id is no other one that lay nowhere, either', () => {
    const { device, ...nowhere } = found('virtual:one').location;
    expect(device).toBe('/dev/sr0');
    const rows = [{ ...known('one', 'virtual:one'), location: nowhere }];
    expect(idsOf([{ ...found('virtual:two'), location: { port: 'virtual:two' }, id: 'two' }], rows)).toEqual([
      undefined,
    ]);
  });

  it('is known by its serial at another port', () => {
    expect(idsOf([found('ata-2', 'S1')], [known('left', 'ata-1', 'S1')])).toEqual(['left']);
  });

  it('is known by its port when the maker gave every drive the same serial', () => {
    const rows = [known('left', 'ata-1', '0000'), known('right', 'ata-2', '0000')];
    expect(idsOf([found('ata-2', '0000'), found('ata-1', '0000')], rows)).toEqual(['right', 'left']);
  });

  it('is known by its port when its twin is unplugged', () => {
    const rows = [known('left', 'ata-1', '0000'), known('right', 'ata-2', '0000')];
    expect(idsOf([found('ata-2', '0000')], rows)).toEqual(['right']);
  });

  it('is known by its port when it has no serial', () => {
    expect(idsOf([found('ata-1')], [known('left', 'ata-1')])).toEqual(['left']);
  });

  it('is a new one at a known port when its serial says so', () => {
    expect(idsOf([found('ata-1', 'S2')], [known('left', 'ata-1', 'S1')])).toEqual([undefined]);
  });

  it('is a new one at a known port when it is another model', () => {
    const other = { ...MODEL, product: 'DVD-RW DVR-221' };
    expect(idsOf([found('ata-1', undefined, other)], [known('left', 'ata-1')])).toEqual([undefined]);
  });

  it('keeps its id when two drives change places', () => {
    const rows = [known('left', 'ata-1', 'S1'), known('right', 'ata-2', 'S2')];
    expect(idsOf([found('ata-1', 'S2'), found('ata-2', 'S1')], rows)).toEqual(['right', 'left']);
  });

  it('is the virtual drive whose id it carries', () => {
    const rows = [known('one', 'virtual:one'), known('two', 'virtual:two')];
    expect(idsOf([{ ...found('virtual:two'), id: 'two' }], rows)).toEqual(['two']);
  });
});
