import { z } from 'zod';

import { importOptions } from '../import/import-options.js';
import { mediumSession } from '../import/medium-session.js';
import { octalMode } from '../iso-request.js';
import { DEEPEST, isText, pathBeneathRoot, placeOnDisc, streamName } from '../request-paths.js';

/** The root that bodies of files lie beneath; its name is none that a client can give. */
export const STAGED_ROOT = '.staged';

/** What the file systems of this machine allow, so that whatever can be put into a draft could be a source as well. */
const LONGEST_NAME = 255;

const namesIn = (path: string): string[] => path.split('/').filter((name) => name !== '');

/** A place in a draft. Text of clients is Unicode: what is not well-formed would stand for bytes that nobody sent. */
export const placeInDraft = placeOnDisc
  .refine(isText, { error: 'must be well-formed Unicode' })
  .refine((path) => namesIn(path).length <= DEEPEST, { error: `must have ${DEEPEST} names at most` })
  .refine((path) => namesIn(path).every((name) => Buffer.byteLength(name) <= LONGEST_NAME), {
    error: `must have no name of more than ${LONGEST_NAME} bytes`,
  })
  .describe('Where in the draft; / is its root.');

export const notTheRoot = placeInDraft.refine((path) => path !== '/', { error: 'must not be the root' });

const glob = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^[^\0]*$/, { error: 'must not contain NUL' });
const globs = z.array(glob).max(100).default([]);

const time = z.iso.datetime().describe('UTC, RFC 3339.');
const id = z.int().min(0).max(0xffff_ffff);

const makeDirectory = z
  .strictObject({ do: z.literal('make-directory'), at: placeInDraft })
  .meta({ id: 'MakeDirectoryEdit', description: 'With those that it lies in' });

export const addSource = z
  .strictObject({
    do: z.literal('add'),
    at: placeInDraft,
    root: z.string().min(1).max(255).describe('Name of a root.'),
    path: pathBeneathRoot
      .default('')
      .describe('Beneath the root: a file, or a directory whose contents go there.'),
    include: globs.describe(
      'Of a directory: only files that one of these matches, and all within directories that one matches. `*` and `?` match within a name, `**` any number of names; without a slash a pattern is about names at any depth.',
    ),
    exclude: globs.describe('Of a directory: neither what one of these matches, nor what lies within it.'),
    stream: streamName.exactOptional(),
    copy: z
      .boolean()
      .exactOptional()
      .describe(
        'Copy what is there now into the state directory, so that the source may change or go. Otherwise it is read when the image is, and must still be what it was.',
      ),
  })
  .meta({ id: 'AddEdit', description: 'Directories merge; a file takes the place of another one' });

const move = z
  .strictObject({ do: z.literal('move'), from: notTheRoot, to: notTheRoot })
  .meta({ id: 'MoveEdit', description: 'To a place where nothing is' });

const remove = z
  .strictObject({ do: z.literal('remove'), at: placeInDraft, stream: streamName.exactOptional() })
  .meta({ id: 'RemoveEdit', description: 'A directory with all that lies in it; the root: everything' });

const setAttributes = z
  .strictObject({
    do: z.literal('set'),
    at: placeInDraft,
    modifiedAt: time.exactOptional(),
    createdAt: time.exactOptional(),
    accessedAt: time.exactOptional(),
    mode: octalMode.exactOptional(),
    user: id.exactOptional(),
    group: id.exactOptional(),
    hidden: z.boolean().exactOptional(),
    realTime: z
      .boolean()
      .exactOptional()
      .describe('Of a file: whether it is played as it is read. UDF 2.01 and later.'),
  })
  .meta({
    id: 'SetEdit',
    description:
      'What is recorded in the place of what the source says, for all names of a file that has several',
  });

/** What a client may say of a draft at once. */
export const CLIENT_EDITS = [makeDirectory, addSource, move, remove, setAttributes] as const;

/** Names a body among the staged ones. */
const bodyName = z.string().regex(/^[0-9A-Z]{26}\/[0-9A-Z]{26}$/);

/** What has become of an `add` that was to be copied. */
export const copiedBody = z
  .strictObject({
    do: z.literal('add-copy'),
    at: placeInDraft,
    stream: streamName.exactOptional(),
    of: z.strictObject({ root: z.string(), path: z.string() }).describe('What was copied.'),
    body: bodyName.describe('Of the staged bodies.'),
    bytes: z.int().min(0),
    files: z.int().min(0),
  })
  .meta({ id: 'AddCopyEdit', description: 'A source as it was when it was added' });

/** The session of a medium whose tree the draft takes over; what was read of the medium is a body. */
export const takenSession = z.strictObject({
  do: z.literal('take-session'),
  session: mediumSession,
  body: bodyName.describe('Of the staged bodies.'),
  onConflict: importOptions.shape.onConflict,
  skipUnsupported: importOptions.shape.skipUnsupported,
});

/** The body of a file that a client has sent. */
export const putBody = z
  .strictObject({
    do: z.literal('put'),
    at: notTheRoot,
    stream: streamName.exactOptional(),
    body: bodyName.describe('Of the staged bodies.'),
    bytes: z.int().min(0),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  })
  .meta({ id: 'PutEdit', description: 'A file that was sent' });

/** One change of the tree of a draft. */
export const treeEdit = z.discriminatedUnion('do', [...CLIENT_EDITS, putBody, copiedBody, takenSession]);
export type TreeEdit = z.infer<typeof treeEdit>;
export type EditOf<Kind extends TreeEdit['do']> = Extract<TreeEdit, { do: Kind }>;
