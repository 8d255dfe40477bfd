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

const idsOf = (drives: readonly FoundDrive[], rows: readonly DriveRow[]) =>
  matchDrives(drives, rows).map((match) => match.known?.id);

describe('a drive that is found', () => {
  it('is a new one when nothing like it was ever seen', () => {
    expect(idsOf([found('ata-1', 'S1')], [])).toEqual([undefined]);
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
