import type { Story } from './crash-story.js';

const DISC = {
  does: 'record',
  blank: 'dvd+r',
  home: 'process',
  drives: 1,
  used: false,
  spool: 'always',
} as const;
const ERASED = { ...DISC, blank: 'cd-rw', home: 'worker', used: true, spool: 'never' } as const;

export const STORIES = {
  one: { ...DISC, name: 'one disc' },
  erase: { ...ERASED, name: 'an erased disc' },
  two: { ...DISC, name: 'two discs', drives: 2 },
  appended: { ...DISC, does: 'append', name: 'a disc that is appended to' },
  used: { ...DISC, does: 'use', blank: 'cd-rw', name: 'a disc that is read, verified and erased' },
  canceled: { ...DISC, does: 'cancel', name: 'a canceled disc' },
  canceledErase: { ...ERASED, does: 'cancel', name: 'a canceled erased disc' },
  desk: { ...DISC, does: 'inherit', name: 'a desk' },
  queue: { ...DISC, does: 'enqueue', name: 'a queue' },
  draft: { ...DISC, does: 'build', name: 'a draft' },
  earlier: { ...DISC, does: 'upgrade', name: 'a database of an earlier version' },
} as const satisfies Record<string, Story>;
