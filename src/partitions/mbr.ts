import { bytes, uint16le, uint32le, uint8 } from '../binary/codec.js';
import { fixed, layout, rbp } from '../binary/layout.js';

/** Bytes of a sector of a disk, in which partition tables count. */
export const SECTOR = 512;

/** UEFI 2.x §5.2.1, an entry of the legacy partition table; CHS is head, sector with two bits of cylinder, cylinder. */
const partitionRecord = layout('MBR partition record', 16, {
  /** 80h: the BIOS boots it. */
  bootIndicator: rbp(0, 1, uint8),
  startingChs: rbp(1, 3, bytes(3)),
  type: rbp(4, 1, uint8),
  endingChs: rbp(5, 3, bytes(3)),
  start: rbp(8, 4, uint32le),
  sectors: rbp(12, 4, uint32le),
});

/** UEFI 2.x §5.2.1, Legacy Master Boot Record. Boot code fills what no field claims. */
export const masterBootRecord = layout('Master Boot Record', SECTOR, {
  diskSignature: rbp(440, 4, uint32le),
  unknown: fixed(rbp(444, 2, uint16le), 0),
  partition1: rbp(446, 16, partitionRecord),
  partition2: rbp(462, 16, partitionRecord),
  partition3: rbp(478, 16, partitionRecord),
  partition4: rbp(494, 16, partitionRecord),
  signature: fixed(rbp(510, 2, uint16le), 0xaa55),
});

/** The same, whoever wrote it; what stands there is one only by its signature. */
export const foreignBootRecord = layout('Master Boot Record', SECTOR, {
  partition1: rbp(446, 16, partitionRecord),
  partition2: rbp(462, 16, partitionRecord),
  partition3: rbp(478, 16, partitionRecord),
  partition4: rbp(494, 16, partitionRecord),
  signature: rbp(510, 2, uint16le),
});
export const BOOT_SIGNATURE = 0xaa55;

type BootRecord = ReturnType<typeof foreignBootRecord.decode>;

export const partitionsOf = ({ partition1, partition2, partition3, partition4 }: BootRecord) => [
  partition1,
  partition2,
  partition3,
  partition4,
];

/** Bytes at the beginning that belong to boot code. */
export const BOOT_CODE = 440;

export const PARTITION_TYPE = { empty: 0, hiddenNtfs: 0x17, protective: 0xee, efiSystem: 0xef } as const;

/** A range of sectors of one type. */
export interface MbrPartition {
  readonly type: number;
  readonly active: boolean;
  readonly start: number;
  readonly sectors: number;
}

/** The geometry that others pretend for images of up to 1 GiB, so that cylinders are whole mebibytes. */
const HEADS = 64;
const SECTORS_PER_TRACK = 32;
const LAST_CYLINDER = 1023;

/** Where cylinders end, 1023/254/63 stands for all that lies behind. */
const BEYOND_CHS = Uint8Array.of(0xfe, 0xff, 0xff);

const chs = (sector: number): Uint8Array => {
  const cylinder = Math.floor(sector / (HEADS * SECTORS_PER_TRACK));
  if (cylinder > LAST_CYLINDER) return BEYOND_CHS;
  const head = Math.floor(sector / SECTORS_PER_TRACK) % HEADS;
  const high = Math.floor(cylinder / 256) * 64;
  return Uint8Array.of(head, (sector % SECTORS_PER_TRACK) + 1 + high, cylinder % 256);
};

const MOST_SECTORS = 0xffff_ffff;

const NO_CHS = new Uint8Array(3);
const NO_PARTITION = {
  bootIndicator: 0,
  startingChs: NO_CHS,
  type: 0,
  endingChs: NO_CHS,
  start: 0,
  sectors: 0,
};

const record = (partition: MbrPartition | undefined) => {
  if (!partition) return NO_PARTITION;
  const { type, active, start, sectors } = partition;
  return {
    bootIndicator: active ? 0x80 : 0,
    startingChs: chs(start),
    type,
    endingChs: chs(start + sectors - 1),
    start,
    sectors: Math.min(sectors, MOST_SECTORS),
  };
};

/** Writes a partition table of up to four partitions into the first sector and leaves boot code as it is. */
export const encodePartitionTable = (
  sector: Uint8Array,
  diskSignature: number,
  partitions: readonly MbrPartition[],
): void => {
  const [partition1, partition2, partition3, partition4] = partitions;
  masterBootRecord.encodeInto(sector, 0, {
    diskSignature,
    partition1: record(partition1),
    partition2: record(partition2),
    partition3: record(partition3),
    partition4: record(partition4),
  });
};

const FIRST_RECORD = 446;

/** The first sector of a disk on which the partition that a sector lies in ends at another one; undefined where it lies in none. */
export const withPartitionUpTo = (
  first: Uint8Array,
  within: number,
  end: number,
): Uint8Array<ArrayBuffer> | undefined => {
  const record = foreignBootRecord.decode(first);
  if (record.signature !== BOOT_SIGNATURE) return undefined;
  const partitions = partitionsOf(record);
  const index = partitions.findIndex(
    ({ type, start, sectors }) =>
      type !== PARTITION_TYPE.protective && start <= within && within < start + sectors,
  );
  const partition = partitions[index];
  if (!partition) return undefined;
  const changed = Uint8Array.from(first);
  partitionRecord.encodeInto(changed, FIRST_RECORD + index * partitionRecord.size, {
    ...partition,
    endingChs: chs(end - 1),
    sectors: Math.min(end - partition.start, MOST_SECTORS),
  });
  return changed;
};
