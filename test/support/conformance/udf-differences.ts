/**
 * In which fields volumes of UDF that we lay out differ from those of others for the same parameters, and why. Clauses are of ECMA-167
 * (part/clause) and OSTA UDF; `unverified` where none says so that was read. `test/interop/udf-others.test.ts` compares every byte of every
 * structure with this, and writes docs/udf-differences.md.
 */

/** What both make. */
export interface MadeByBoth {
  readonly revision: string;
  readonly access: 'read-only' | 'rewritable' | 'overwritable' | 'write-once';
  readonly media: string;
  readonly sparing?: true;
}

/** A `*` stands for anything. */
export interface Difference {
  readonly fields: string;
  readonly why: string;
  /** In which volumes, where not in all. */
  readonly where?: readonly [inWords: string, applies: (made: MadeByBoth) => boolean];
}

const WHO = 'who wrote it last (2.50 2.2.6.4, 2.3.4.5)';
const WHEN = 'when it was written (3/10.1, 3/10.10, 4/14.1)';

/** Of what others point to: the clause of the structure that does. */
export const placeIn = (clause: string): string =>
  `where it lies is free to choose, and told here (${clause})`;

/** A CRC covers a descriptor without its tag. */
export const COUNTED = 'it counts the attributes (2.50 2.2.1.2)';

/** Of both writers. */
export const BESIDE_BOTH: readonly Difference[] = [
  { fields: '*: time', why: WHEN },
  { fields: 'entry of *: times', why: 'those of the source; of others, when it was written (4/14.9)' },
  { fields: '*: implementation', why: WHO },
  { fields: '*: application identifier', why: 'which program wrote it (3/10.1)' },
  { fields: 'anchor: place of the *', why: placeIn('3/10.2') },
  {
    fields: 'partition descriptor of the *: length',
    why: 'ours ends with what it holds, or as it is asked for (3/10.5)',
  },
];

export const CREATION =
  'ours have the time of creation, for which a file entry has no field, as an attribute (4/14.10.5, 2.50 3.3.4.3)';

const isMatch = (field: string, pattern: string): boolean => {
  const [head = '', ...rest] = pattern.split('*');
  let at = head.length;
  if (!field.startsWith(head)) return false;
  for (const part of rest) {
    const found = part === '' ? field.length : field.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at === field.length;
};

/** What no row explains, and rows that explain nothing. */
export const unexplained = (
  found: readonly string[],
  rows: readonly Difference[],
): { readonly differences: readonly string[]; readonly rows: readonly string[] } => ({
  differences: found.filter((field) => !rows.some(({ fields }) => isMatch(field, fields))),
  rows: rows.flatMap(({ fields }) => (found.some((field) => isMatch(field, fields)) ? [] : [fields])),
});

const rowOf = ({ fields, why, where }: Difference): string =>
  `| ${fields.replaceAll('*', '\\*')} | ${where?.[0] ?? ''} | ${why} |`;

const INTRODUCTION = `# UDF beside that of others

Every byte of every structure of volumes of ours is compared with what others lay out for the same parameters
(\`test/interop/udf-others.test.ts\`): recognition sequence, anchors, main and reserve sequence, maps, virtual and sparing tables,
space bitmap, file sets, entries, names, integrity sequence.

- The fields below differ, everywhere or where it says so, and no others do.
- Clauses are of ECMA-167 (part/clause) and of OSTA UDF. What no clause that was read says is \`unverified\`.
  Clauses of ECMA-167 that do no more than name a field were read in \`fs/udf/ecma_167.h\` of Linux.
- Metadata partitions neither of them makes: \`test/golden/udf/metadata-volume.test.ts\` has one that is typed by hand.`;

/** docs/udf-differences.md. */
export const differencesPage = (
  tables: readonly { readonly title: string; readonly rows: readonly Difference[] }[],
): string =>
  [
    INTRODUCTION,
    ...tables.flatMap(({ title, rows }) => [
      '',
      `## ${title}`,
      '',
      '| structure: field | where | why |',
      '| --- | --- | --- |',
      ...rows.map(rowOf),
    ]),
    '',
  ].join('\n');
