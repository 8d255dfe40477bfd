import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { hasTool } from './has-tool.js';

/** What makes a DVD-Video that players play: Debian's packages `mjpegtools` and `dvdauthor`. */
export const canAuthor = ['mpeg2enc', 'mplex', 'dvdauthor'].every(hasTool);

const WIDTH = 720;
const HEIGHT = 480;
const FRAMES = 15;

/** Half a second of stripes that move, as YUV4MPEG2. */
const movingStripes = (): Buffer => {
  const frame = (number: number): Buffer => {
    const bytes = Buffer.alloc((WIDTH * HEIGHT * 3) / 2, 128);
    for (let at = 0; at < WIDTH * HEIGHT; at++) bytes[at] = ((at % WIDTH) + number * 8) & 0xff;
    return bytes;
  };
  const frames = Array.from({ length: FRAMES }, (_, number) => [Buffer.from('FRAME\n'), frame(number)]);
  return Buffer.concat([
    Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F30000:1001 Ip A10:11\n`),
    ...frames.flat(),
  ]);
};

const quietly = (command: string, args: string[], input?: Buffer): void => {
  execFileSync(command, args, {
    input,
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, VIDEO_FORMAT: 'NTSC' },
  });
};

/** A program stream as dvdauthor takes it. */
const film = (folder: string): string => {
  const path = `${folder}/film.mpg`;
  quietly('mpeg2enc', ['-v', '0', '-f', '8', '-o', `${folder}/film.m2v`], movingStripes());
  quietly('mplex', ['-v', '0', '-f', '8', '-o', path, `${folder}/film.m2v`]);
  return path;
};

/** Authors a DVD-Video of so many title sets into `folder`, with menus or without. */
export const authorDvd = (
  folder: string,
  { titleSets, menus }: { readonly titleSets: number; readonly menus: boolean },
): void => {
  const work = `${folder}.work`;
  mkdirSync(work);
  const vob = `<pgc><vob file="${film(work)}"/></pgc>`;
  const menu = menus ? `<menus>${vob}</menus>` : '';
  const titles = `<titleset>${menu}<titles>${vob}</titles></titleset>`;
  const script = `<dvdauthor dest="${folder}"><vmgm>${menu}</vmgm>${titles.repeat(titleSets)}</dvdauthor>`;
  writeFileSync(`${work}/dvd.xml`, script);
  quietly('dvdauthor', ['-x', `${work}/dvd.xml`]);
  rmSync(work, { recursive: true });
};
