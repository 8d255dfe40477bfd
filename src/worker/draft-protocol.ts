/**
 * What is said between the daemon and the process that has the tree of a draft: frames both ways, one question at a time.
 * Equal builds only.
 */
import { z } from 'zod';
import { failure } from '../errors.js';
import { draftEntry } from '../image/draft/draft-entry.js';
import { addSource, treeEdit } from '../image/draft/draft-edit.js';
import { treeRequest } from '../image/master-request.js';
import { FILE_SYSTEMS } from '../image/name-changes.js';
import { root } from './protocol.js';

const count = z.int().min(0);
const fileSystem = z.enum(FILE_SYSTEMS);
const slice = { offset: count, limit: z.int().min(1).max(1000) };

export const draftQuestion = z.discriminatedUnion('op', [
  /** First of all. The request has neither sources nor edits. */
  z.strictObject({ op: z.literal('begin'), request: treeRequest, roots: z.array(root) }),
  /** `onlyNew`: refuse to replace a file by the first of them. */
  z.strictObject({ op: z.literal('apply'), edits: z.array(treeEdit), onlyNew: z.boolean() }),
  z.strictObject({ op: z.literal('look'), path: z.string(), ...slice }),
  z.strictObject({ op: z.literal('measure') }),
  /** Refuse what was done where the options of the volume have no place for it. */
  z.strictObject({ op: z.literal('check') }),
  /** Blocks that the image has at least: those of contents, directories and entries. */
  z.strictObject({ op: z.literal('weigh') }),
  z.strictObject({ op: z.literal('names'), path: z.string() }),
  z.strictObject({ op: z.literal('changes'), ...slice }),
  /** Copy what an `add` names to a body that nobody names yet, without changing the tree. */
  z.strictObject({ op: z.literal('copy'), edit: addSource, body: z.string() }),
  /** Where the contents of a file are, or those of a named stream. */
  z.strictObject({ op: z.literal('contents'), path: z.string(), stream: z.string().optional() }),
  /** Staged bodies that the tree takes contents from. */
  z.strictObject({ op: z.literal('bodies'), ...slice }),
]);
export type DraftQuestion = z.input<typeof draftQuestion>;

export const recordedName = z
  .strictObject({
    fileSystem,
    name: z.string().meta({ description: 'As readers of this file system see it' }),
    path: z.string(),
  })
  .meta({ id: 'RecordedName' });

export const nameChange = z
  .strictObject({
    path: z.string().meta({
      description:
        'In the draft. `/` is the volume, `/:publisher` and the like are texts of its descriptors, and `/path:name` is the stream of that name of what lies at `/path`',
    }),
    fileSystem,
    recordedAs: z.string().meta({ description: 'What the last name of the path becomes' }),
    pathBytes: z.int().min(1).exactOptional().meta({
      description: 'Bytes of the path in this file system, which allows fewer. Absent: it is not too long',
    }),
  })
  .meta({ id: 'NameChange' });

export const draftSize = z.strictObject({
  bytes: count.meta({ description: 'Of the image that it would become now, exactly' }),
  blocks: count.meta({ description: 'Of 2,048 bytes' }),
  files: count,
  directories: count,
  volumeNames: z
    .array(z.strictObject({ fileSystem, name: z.string() }))
    .meta({ description: 'The name of the volume in each of its file systems' }),
});

/** Whoever wants them reads them there: a source, blocks of the medium that the draft continues, or what the process has. */
export const contentsPlace = z.discriminatedUnion('from', [
  z.strictObject({
    from: z.literal('source'),
    source: z.strictObject({ root: z.string(), path: z.string() }),
    bytes: count,
  }),
  z.strictObject({
    from: z.literal('medium'),
    runs: z.array(z.strictObject({ block: count, bytes: count, hole: z.literal(true).exactOptional() })),
  }),
  z.strictObject({ from: z.literal('memory'), bytes: z.base64() }),
]);
export type ContentsPlace = z.infer<typeof contentsPlace>;

/** What is answered to each question. */
export const DRAFT_ANSWERS = {
  begin: z.null(),
  apply: z.null(),
  look: z.strictObject({ entry: draftEntry, items: z.array(draftEntry), more: z.boolean() }),
  measure: draftSize,
  check: z.null(),
  weigh: z.strictObject({ blocks: count }),
  names: z.array(recordedName),
  changes: z.strictObject({ items: z.array(nameChange), more: z.boolean() }),
  copy: z.strictObject({ bytes: count, files: count }),
  contents: contentsPlace,
  bodies: z.strictObject({ items: z.array(z.string()), more: z.boolean() }),
} as const satisfies Record<DraftQuestion['op'], z.ZodType>;
export type DraftAnswer<Op extends DraftQuestion['op']> = z.infer<(typeof DRAFT_ANSWERS)[Op]>;

export const draftFrame = z.discriminatedUnion('op', [
  /** It gets on: entries are found. */
  z.strictObject({ op: z.literal('busy') }),
  z.strictObject({ op: z.literal('answer'), value: z.unknown() }),
  /** `spoilt`: part of what was refused has been done, so that the process is of no use any more. */
  z.strictObject({ op: z.literal('failure'), failure, spoilt: z.boolean() }),
]);
export type DraftFrame = z.infer<typeof draftFrame>;
