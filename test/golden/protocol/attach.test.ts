/*
 * What daemons and workers of protocol 1 say to each other when one attaches to the other. The transcript was typed
 * by hand when the protocol was made and is never changed: later versions add to it, in files of their own, as
 * `attach-1-lease.json` and `attach-1-circumstances.json` do. What a worker
 * of commit 11a68c0 said is in `worker-11a68c0.json`, recorded from its socket; `worker-later.json` is that hello with a
 * field of the report missing and two that nobody knows.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeJournal } from '../../../src/worker/journal.js';
import {
  ATTACHING,
  PROTOCOL,
  REPLIES,
  type WorkerRequest,
  daemonFrame,
  workerFrame,
  workerRequest,
} from '../../../src/worker/protocol.js';

interface Said {
  readonly from: 'daemon' | 'worker';
  readonly frame: Record<string, unknown>;
}

const transcript = ['attach-1', 'attach-1-lease', 'attach-1-circumstances'].flatMap(
  (name) => JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8')) as Said[],
);
const framesOf = (from: Said['from']): Record<string, unknown>[] =>
  transcript.filter((said) => said.from === from).map(({ frame }) => frame);
const requests = framesOf('daemon').flatMap(({ id, request }) => (request ? [{ id, request }] : []));

/** The object as a later minor version could send it: one more field on every level. */
const extended = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(extended);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.entries(value).map(([key, part]) => [key, extended(part)]);
  return { ...Object.fromEntries(inner), addedLater: 1 };
};

describe('attaching, protocol 1', () => {
  it('is still what this build speaks', () => {
    expect(PROTOCOL).toMatch(/^1\./);
  });

  it.each(framesOf('daemon').map((frame) => [JSON.stringify(frame), frame]))(
    'a worker understands %s',
    (_, frame) => {
      expect(daemonFrame.parse(frame)).toEqual(frame);
    },
  );

  it.each(framesOf('worker').map((frame) => [JSON.stringify(frame), frame]))(
    'a daemon understands %s',
    (_, frame) => {
      expect(workerFrame.parse(frame)).toEqual(frame);
      expect(() => workerFrame.parse(extended(frame))).not.toThrow();
    },
  );

  it.each(requests.map(({ id, request }) => [JSON.stringify(request), id, request]))(
    'a worker of any build answers %s',
    (_, id, request) => {
      const parsed = workerRequest.parse(request);
      expect(parsed).toEqual(request);
      expect(ATTACHING.has(parsed.do)).toBe(true);
      const reply = framesOf('worker').find((frame) => frame['id'] === id);
      if (reply?.['op'] === 'reply') {
        expect(REPLIES[parsed.do].parse(reply['value'])).toEqual(reply['value']);
      }
    },
  );

  it('shows every request that attaching needs', () => {
    const shown = new Set(requests.map(({ request }) => (request as WorkerRequest).do));
    expect(shown).toEqual(ATTACHING);
  });

  it('keeps the lines of a journal readable', () => {
    const reply = framesOf('worker').find((frame) => frame['id'] === 2) as { value: { entries: object[] } };
    const text = reply.value.entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    expect(decodeJournal(new TextEncoder().encode(text))).toEqual(reply.value.entries);
    const later = reply.value.entries.map((entry) => `${JSON.stringify(extended(entry))}\n`).join('');
    expect(decodeJournal(new TextEncoder().encode(later))).toEqual(reply.value.entries);
  });
});
