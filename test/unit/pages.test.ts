/** What our pages lead to is there: files, headings, and the parts of `src` that they name. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const filesBeneath = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => statSync(join(ROOT, file)).isFile());

const PAGES = [...readdirSync(ROOT), ...filesBeneath('docs'), ...filesBeneath('test')].filter((file) =>
  file.endsWith('.md'),
);
const ARCHITECTURE = 'ARCHITECTURE.md';
const OF_ARCHITECTURE = PAGES.filter(
  (page) => page === ARCHITECTURE || page.startsWith('docs/architecture/'),
);

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');
const prose = (page: string): string => textOf(page).replace(/^```.*?^```/gms, '');

/** As sites that show Markdown make it: of headings alike, the second one ends in -1. */
const anchorsOf = (page: string): Set<string> => {
  const anchors = new Set<string>();
  for (const [, heading = ''] of prose(page).matchAll(/^#+ (.*)$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = plain.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
    let unique = anchor;
    for (let again = 1; anchors.has(unique); again += 1) unique = `${anchor}-${again}`;
    anchors.add(unique);
  }
  return anchors;
};

const linksOf = (page: string): string[] =>
  [
    ...prose(page)
      .replace(/`[^`]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

const leadsNowhere = (page: string, target: string): boolean => {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!statSync(join(ROOT, file), { throwIfNoEntry: false })) return true;
  return anchor !== undefined && !anchorsOf(file).has(anchor);
};

/** What a column of the table in a section of the page of architecture names as code. */
const namedIn = (heading: string, column: number): string[] => {
  const [section = ''] = textOf(ARCHITECTURE).split(`\n## ${heading}\n`)[1]?.split('\n#') ?? [];
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  const cells = rows.map((row) => row.split(' | ')[column] ?? '');
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
};

describe('our pages', () => {
  it('lead to files and headings that are there', () => {
    const broken = PAGES.flatMap((page) =>
      linksOf(page)
        .filter((target) => leadsNowhere(page, target))
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('name files of ours that are there', () => {
    const ours = ['src', 'test', 'systemd', 'packaging', 'openapi'].flatMap(filesBeneath).join('\n');
    const isThere = (name: string): boolean => {
      const pattern = name.replace(/[.+]/g, '\\$&').replaceAll('*', '[^/\n]*');
      return new RegExp(`(^|/)${pattern}$`, 'm').test(ours);
    };
    const named = OF_ARCHITECTURE.flatMap((page) =>
      [...prose(page).matchAll(/`([\w/*+.-]+\.(?:ts|mjs|service))`/g)].map(([, name = '']) => name),
    );
    expect([...new Set(named)].filter((name) => !isThere(name))).toEqual([]);
  });

  it('have each file and folder of `src` in the house', () => {
    const inSource = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).map((entry) =>
      entry.isDirectory() ? `${entry.name}/` : entry.name,
    );
    expect(namedIn('The house', 1).sort()).toEqual(inSource.sort());
  });

  it('list all that is unverified, and nothing else', () => {
    const unverified = filesBeneath('src').filter((file) => /unverified/i.test(textOf(file)));
    const listed = namedIn('Unverified', 0);
    expect(unverified.filter((file) => !listed.some((name) => file.endsWith(name)))).toEqual([]);
    expect(listed.filter((name) => !unverified.some((file) => file.endsWith(name)))).toEqual([]);
  });
});
