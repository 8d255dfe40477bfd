import { lstatSync } from 'node:fs';
import type { NameChange } from '../../src/image/name-changes.js';
import { announcedPaths, spelled } from './announced-paths.js';
import { entriesOf, type Entry } from './trees.js';
import type { UdfVolume } from './udf-model.js';

/** Paths in UDF as they were announced. */
export const udfPaths = (changes: readonly NameChange[]): ((path: string) => string) =>
  announcedPaths(changes, 'udf');

/** What a link's components lead to, as a path: without what is redundant in it. */
const targetOf = (components: Buffer): string => {
  const names: string[] = [];
  let root = '';
  for (let at = 0; at < components.length;) {
    const [type = 0, length = 0] = components.subarray(at, at + 2);
    const name = components.subarray(at + 4, at + 4 + length);
    const wide = name[0] === 16;
    if (type === 2) root = '/';
    else if (type === 3) names.push('..');
    else if (type === 4) names.push('.');
    else
      names.push(
        wide ? Buffer.from(name.subarray(1)).swap16().toString('utf16le') : name.toString('latin1', 1),
      );
    at += 4 + length;
  }
  return root + names.join('/');
};

const withoutRedundance = (target: string): string =>
  (target.startsWith('/') ? '/' : '') +
  target
    .split('/')
    .filter((name) => name !== '')
    .join('/');

/** The target of a link that was announced as changed. */
const announcedTarget = (changes: readonly NameChange[], path: string): string | undefined =>
  changes
    .find((change) => change.path === `/${spelled(path)}` && change.recordedAs.includes(' -> '))
    ?.recordedAs.split(' -> ')[1];

const MODE_OF_LINK = 0o777;

const kinds = { 4: 'directory', 5: 'file', 12: 'link', 249: 'file' } as const;

/** What is to be compared: one line per entry. */
const line = (path: string, kind: string, rest: readonly (string | number)[]): string =>
  [path, kind, ...rest].join(' | ');

/** Everything of a source tree but its root, as UDF should have it. */
export const expectedLines = (
  root: string,
  {
    pathOf,
    links,
    changes,
  }: { pathOf: (path: string) => string; links: boolean; changes: readonly NameChange[] },
): string[] =>
  entriesOf(root)
    .filter(({ kind }) => links || kind !== 'link')
    .map((entry: Entry) => {
      const { path, kind, mode, mtime } = entry;
      const stat = lstatSync(Buffer.from(`${root}/${path}`, 'latin1'), { bigint: true });
      const changed = stat.ctimeNs / 1000n;
      const content =
        kind === 'link'
          ? withoutRedundance(
              announcedTarget(changes, path) ?? Buffer.from(entry.content, 'latin1').toString(),
            )
          : entry.content;
      const owner = `${stat.uid}:${stat.gid}`;
      const times = `${stat.mtimeNs / 1000n} ${changed}`;
      const shownMode = kind === 'link' ? MODE_OF_LINK : mode;
      return line(pathOf(path), kind, [shownMode.toString(8), owner, times, mtime, content]);
    })
    .sort();

/** The same of what was read from a volume. */
export const foundLines = (volume: UdfVolume, digest: (content: Buffer) => string): string[] =>
  volume.files
    .filter(({ path }) => path !== '')
    .map((file) => {
      const kind = kinds[file.type as keyof typeof kinds];
      const content = {
        directory: () => '',
        file: () => digest(file.content),
        link: () => targetOf(file.content),
      }[kind]();
      const times = `${file.modified} ${file.changed}`;
      const seconds = Number(file.modified / 1_000_000n);
      return line(file.path.slice(1), kind, [
        file.mode.toString(8),
        `${file.uid}:${file.gid}`,
        times,
        seconds,
        content,
      ]);
    })
    .sort();
