// docs/matrix.md: written from cells, and read again to be compared with others.
import { PERFORMERS } from './performers.mjs';

const INTRODUCTION = `# Matrix

Who records what, in which way. Each cell is a test that ran on the commit and day at the end of its row: the performer records on
the medium, and what then lies on it is compared with what was sent. Others' programs record on a virtual drive through a preloaded
library, as they come from Debian; \`our engine on tgt\` is our engine in front of a recorder that others wrote, through a kernel's
\`/dev/sr0\`. This page is made by \`npm run test:matrix\`. \`npm test\` runs a part of the cells, others each day, and \`.ci/run\` fails where
one of them ends otherwise than here.

| cell | means |
| - | - |
| good | did what the mode says: what was recorded is read back and equal; what looks, tries, compares, erases or formats left or told what it must |
| refuses (n) | does not do it, as the test expects; why is below |
| not run | there is a test, its program was missing |
| – | not one of the performer's ways |

At the end is listed, by hand, what performers claim and no cell tries, as far as anybody noticed.
`;

const HEAD = ['medium', 'mode', ...PERFORMERS.map(({ name }) => name), 'ran'];
const VERSIONS = 'Versions: ';
const line = (cells) => `| ${cells.join(' | ')} |`;

const mediumOf = (row) => row.split(' | ')[0];

/** Media in the order in which they first came up; modes of each too. */
const sorted = (rows) => {
  const media = [...new Set(rows.map(({ row }) => mediumOf(row)))];
  return media.flatMap((medium) => rows.filter(({ row }) => row.startsWith(`${medium} | `)));
};

const NO_WAY = '–';
const NOT_RUN = 'not run';

/** Rows of the page: their cells by performer. `ran` is the commit and day. */
export const rowsOf = (cells, ran) => {
  const rows = new Map();
  for (const { row, performer, end, refusal } of cells) {
    const one = rows.get(row) ?? { row, ran, cells: {}, refusals: {} };
    rows.set(row, one);
    one.cells[performer] = end ?? NOT_RUN;
    if (refusal !== undefined) one.refusals[performer] = refusal;
  }
  return sorted([...rows.values()]);
};

/**
 * The rows of a page with those that cells tell whole in their place: each of theirs ran, and each that the page has of them is there.
 */
export const takenInto = (rows, cells, ran) => {
  const all = new Map(rows.map((each) => [each.row, each]));
  for (const each of rowsOf(cells, ran)) {
    const before = Object.keys(all.get(each.row)?.cells ?? {});
    const isWhole =
      !Object.values(each.cells).includes(NOT_RUN) && before.every((performer) => performer in each.cells);
    if (isWhole) all.set(each.row, each);
  }
  return sorted([...all.values()]);
};

export const pageOf = (rows, versions) => {
  const notes = [];
  const text = ({ cells, refusals }, performer) => {
    const end = cells[performer.name];
    if (end !== 'refuses') return end ?? NO_WAY;
    notes.push(refusals[performer.name]);
    return `refuses (${notes.length})`;
  };
  const table = rows.map((each) =>
    line([...each.row.split(' | '), ...PERFORMERS.map((performer) => text(each, performer)), each.ran]),
  );
  return [
    INTRODUCTION,
    `${VERSIONS}${versions}\n`,
    line(HEAD),
    line(HEAD.map(() => '-')),
    ...table,
    '',
    ...notes.map((note, index) => `${index + 1}. ${note}`),
    '',
    '## Claimed, and not tried',
    '',
    ...PERFORMERS.flatMap(({ name, leaves = [] }) => leaves.map((what) => `- ${name}: ${what}`)),
    '',
  ].join('\n');
};

/** The rows of a page as rowsOf makes them, and the versions that they ran with. */
export const readPage = (page) => {
  const lines = page.split('\n');
  const notes = lines.filter((one) => /^\d+\. /.test(one)).map((one) => one.replace(/^\d+\. /, ''));
  const versions = lines.find((one) => one.startsWith(VERSIONS))?.slice(VERSIONS.length) ?? '';
  const rows = [];
  for (const one of lines) {
    const fields = one.startsWith('| ') ? one.slice(2, -2).split(' | ') : [];
    if (fields.length !== HEAD.length || fields[0] === 'medium' || fields[0] === '-') continue;
    const read = { row: `${fields[0]} | ${fields[1]}`, ran: fields.at(-1), cells: {}, refusals: {} };
    PERFORMERS.forEach(({ name }, index) => {
      const [end, number] = fields[index + 2].split(/ \(|\)/);
      if (end === NO_WAY) return;
      read.cells[name] = end;
      if (number !== undefined) read.refusals[name] = notes[Number(number) - 1];
    });
    rows.push(read);
  }
  return { rows, versions };
};

const GUESTS = PERFORMERS.filter(({ guest }) => guest).map(({ name }) => name);

/** Where the guest did not run, what the page tells of it is left alone. */
const isLeftAlone = (performer, cells) =>
  GUESTS.includes(performer) && !cells.some((cell) => cell.performer === performer);

/** Whether a note tells why the test expects a refusal, whether that ran or not; of what was never run there is no note. */
const isNoted = (cell, { end, refusal }) => end === NOT_RUN || cell.refusal === refusal;

/** In what cells are not as a page tells: those that ran, those that it does not know, those whose refusals have other notes, and those that there are no more. */
export const differences = (cells, rows) => {
  const told = new Map(
    rows.flatMap((row) =>
      Object.entries(row.cells)
        .filter(([name]) => !isLeftAlone(name, cells))
        .map(([name, end]) => [`${row.row} | ${name}`, { end, refusal: row.refusals[name] }]),
    ),
  );
  const wrong = cells.flatMap((cell) => {
    const place = `${cell.row} | ${cell.performer}`;
    const is = told.get(place);
    told.delete(place);
    if (is === undefined) return [`${place}: is not in docs/matrix.md`];
    if (cell.end !== undefined && cell.end !== is.end)
      return [`${place}: ${cell.end}, in docs/matrix.md ${is.end}`];
    return isNoted(cell, is) ? [] : [`${place}: its note in docs/matrix.md is not "${cell.refusal ?? ''}"`];
  });
  return [...wrong, ...[...told.keys()].map((place) => `${place}: has no test`)];
};

/** What makes cells unfit for a page. */
export const faultsOf = (cells) => {
  const names = new Set(PERFORMERS.map(({ name }) => name));
  const strangers = cells
    .filter(({ performer }) => !names.has(performer))
    .map(({ title }) => `${title}: nobody in performers.mjs`);
  const places = cells.map(({ row, performer }) => `${row} | ${performer}`);
  const twice = places
    .filter((place, index) => places.indexOf(place) !== index)
    .map((place) => `${place}: there twice`);
  return [...strangers, ...twice];
};
