import { h } from './dom.js';

const scsiRow = (name, value) =>
  value === undefined
    ? undefined
    : [h('dt', { key: `${name}-t` }, name), h('dd', { key: `${name}-d` }, value)];

const scsiPart = ({ command, cdb, sense, text, lba, deferred }) =>
  h(
    'dl',
    { key: 'scsi', class: 'scsi' },
    scsiRow('Command', command),
    scsiRow('Sense', sense && [sense, text].filter(Boolean).join(' ')),
    scsiRow('Block', lba),
    scsiRow('CDB', cdb),
    deferred && scsiRow('Deferred', 'The error belongs to an earlier command'),
  );

/** Names of files that are bad can be many. */
const MOST_ITEMS = 20;

const items = (errors) =>
  h(
    'ul',
    { key: 'items', class: 'items' },
    errors
      .slice(0, MOST_ITEMS)
      .map(({ pointer, message }, index) => h('li', { key: index }, h('code', {}, pointer), ` ${message}`)),
    errors.length > MOST_ITEMS &&
      h('li', { key: 'more' }, `and ${errors.length - MOST_ITEMS} more, see the report`),
  );

/** A failure: what is the case, what happened, what to do. `problems` are titles and remedies by code. */
export const problemBox = (failure, problems, size = 'full') => {
  const { title, remedy } = { ...problems[failure.code], ...failure };
  return h(
    'div',
    { key: 'problem', class: `problem ${size}` },
    h('p', { key: 'title', class: 'problem-title' }, title ?? failure.code.replaceAll('-', ' ')),
    h('p', { key: 'detail', class: 'problem-detail' }, failure.detail),
    remedy && h('p', { key: 'remedy', class: 'remedy' }, remedy),
    size === 'full' && failure.errors?.length > 0 && items(failure.errors),
    size === 'full' && failure.scsi && scsiPart(failure.scsi),
    size === 'full' &&
      h('p', { key: 'code', class: 'code' }, [failure.code, failure.cause].filter(Boolean).join(' ← ')),
  );
};
