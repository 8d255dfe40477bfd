import { cpSync, mkdirSync, writeFileSync } from 'node:fs';

/** A number in so many bytes, or bytes as they are. */
type Field = readonly [value: number, bytes: number] | string | Buffer;

/** Big-endian numbers and texts one after the other: [value, bytes] or text. */
const packed = (...fields: readonly Field[]): Buffer =>
  Buffer.concat(
    fields.map((field) => {
      if (typeof field === 'string') return Buffer.from(field, 'latin1');
      if (Buffer.isBuffer(field)) return field;
      const [value, bytes] = field;
      const buffer = Buffer.alloc(bytes);
      if (value > 0) buffer.writeUIntBE(value, Math.max(0, bytes - 6), Math.min(6, bytes));
      return buffer;
    }),
  );

const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);
/** A block with its length before it. */
const block = (...fields: readonly Field[]): Buffer => {
  const content = packed(...fields);
  return packed([content.length, 4], content);
};

/** Plays movie object 0 first, and as its only title. */
const index = (): Buffer => {
  const object = packed([0x4000_0000, 4], [0, 2], [0, 2], [0, 4]);
  const appInfo = block(zeros(34));
  return packed(
    'INDX0200',
    [40 + appInfo.length, 4],
    [0, 4],
    zeros(24),
    appInfo,
    block(object, object, [1, 2], object),
  );
};

/** One object that plays playlist 0. */
const movieObject = (): Buffer =>
  packed(
    'MOBJ0200',
    [0, 4],
    zeros(28),
    block([0, 4], [1, 2], [0x8000, 2], [1, 2], [0x2280_0000, 4], [0, 4], [0, 4]),
  );

const SECONDS = 10;
const CLOCK = 45_000;
const PACKET = 192;

/** Video of 1080 lines in MPEG-2, at PID 1011h. */
const videoAttributes = packed([5, 1], [0x02, 1], [0x61, 1], zeros(3));

const playList = (clips: readonly string[]): Buffer => {
  const streams = packed(
    [0, 2],
    [1, 1],
    zeros(6),
    zeros(5),
    [9, 1],
    [1, 1],
    [0x1011, 2],
    zeros(6),
    videoAttributes,
  );
  const item = (clip: string): Buffer => {
    const fields = packed(
      clip,
      'M2TS',
      [1, 2],
      [0, 1],
      [0, 4],
      [SECONDS * CLOCK, 4],
      zeros(8),
      [0, 1],
      [0, 1],
      [0, 2],
      [streams.length, 2],
      streams,
    );
    return packed([fields.length, 2], fields);
  };
  const appInfo = block([0, 1], [1, 1], [0, 2], zeros(8), [0, 2]);
  const list = block([0, 2], [clips.length, 2], [0, 2], ...clips.map(item));
  const marks = block([1, 2], [0, 1], [1, 1], [0, 2], [0, 4], [0xffff, 2], [0, 4]);
  const listAt = 40 + appInfo.length;
  return packed('MPLS0200', [listAt, 4], [listAt + list.length, 4], [0, 4], zeros(20), appInfo, list, marks);
};

const clipInformation = (packets: number): Buffer => {
  const clip = block(
    [0, 2],
    [1, 1],
    [1, 1],
    [0, 4],
    [4_000_000, 4],
    [packets, 4],
    zeros(128),
    [30, 2],
    zeros(30),
  );
  const sequence = block(
    [0, 1],
    [1, 1],
    [0, 4],
    [1, 1],
    [0, 1],
    [0x1001, 2],
    [0, 4],
    [0, 4],
    [SECONDS * CLOCK, 4],
  );
  const program = block([0, 1], [1, 1], [0, 4], [0x0100, 2], [1, 1], [0, 1], [0x1011, 2], videoAttributes);
  const cpi = [0, 4] as const;
  const sequenceAt = 40 + clip.length;
  const programAt = sequenceAt + sequence.length;
  const cpiAt = programAt + program.length;
  return packed(
    'HDMV0200',
    [sequenceAt, 4],
    [programAt, 4],
    [cpiAt, 4],
    [cpiAt + 4, 4],
    [0, 4],
    zeros(12),
    clip,
    sequence,
    program,
    cpi,
    [0, 4],
  );
};

/** Packets of a transport stream that say nothing (PID 1FFFh), each with the four bytes before it that Blu-ray has. */
const stream = (packets: number): Buffer =>
  Buffer.concat(
    Array.from({ length: packets }, (_, number) =>
      packed([packets * 0x1_0000 + number, 4], [0x471f_ff10, 4], Buffer.alloc(PACKET - 8, 0xff)),
    ),
  );

export interface Movie {
  /** Packets of each clip's stream; 32 of them are an aligned unit. */
  readonly clips: Readonly<Record<string, number>>;
}

/**
 * A folder BDMV with one playlist that plays all clips, typed by hand after what libbluray reads: no free program authors Blu-ray. Its streams hold
 * nothing to see.
 */
export const makeBdmv = (folder: string, { clips }: Movie): void => {
  const at = `${folder}/BDMV`;
  for (const directory of ['PLAYLIST', 'CLIPINF', 'STREAM', 'BACKUP', 'AUXDATA', 'META'])
    mkdirSync(`${at}/${directory}`, { recursive: true });
  writeFileSync(`${at}/index.bdmv`, index());
  writeFileSync(`${at}/MovieObject.bdmv`, movieObject());
  writeFileSync(`${at}/PLAYLIST/00000.mpls`, playList(Object.keys(clips)));
  for (const [clip, packets] of Object.entries(clips)) {
    writeFileSync(`${at}/CLIPINF/${clip}.clpi`, clipInformation(packets));
    writeFileSync(`${at}/STREAM/${clip}.m2ts`, stream(packets));
  }
  for (const name of ['index.bdmv', 'MovieObject.bdmv', 'PLAYLIST', 'CLIPINF'])
    cpSync(`${at}/${name}`, `${at}/BACKUP/${name}`, { recursive: true });
};
