import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { understoodReport } from '../../../src/fleet/understood-report.js';
import { workerFrame } from '../../../src/worker/protocol.js';

interface Hello {
  op: 'hello';
  protocol: string;
  status: { observation: { presence: string; report: Record<string, Record<string, unknown>> } };
}

/** A new copy each time: tests change it. */
const laterHello = (): Hello => {
  const file = new URL('../../golden/protocol/worker-later.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { frame: Hello }[])[0]!.frame;
};

describe('the report of a worker of another build', () => {
  it('is understood without what a later build tells beside it', () => {
    const { report } = laterHello().status.observation;
    const whole = { ...report, capabilities: { ...report['capabilities'], bufferBytes: 2_097_152 } };
    const understood = understoodReport(whole);
    expect(understood).toMatchObject({ identity: { vendor: 'SPINDLE' }, medium: { kind: 'dvd+r' } });
    expect(understood!.capabilities).not.toHaveProperty('holographic');
    expect(understood!.medium).not.toHaveProperty('spiral');
  });

  it('is no report where something is missing that every report has', () => {
    expect(understoodReport(laterHello().status.observation.report)).toBeUndefined();
  });
});

describe('what a worker of another build has seen', () => {
  const strange = { presence: 'half-present', contents: 'ready' };

  it('does not keep a daemon from attaching where it cannot be understood', () => {
    const hello = laterHello();
    const status = { ...hello.status, observation: strange };
    const understood = workerFrame.parse({ ...hello, status });
    expect(understood).toMatchObject({ op: 'hello', status: { build: '0.9.0+ffffffffffff' } });
    expect(understood).not.toHaveProperty('status.observation.presence');
  });

  it('does not end the conversation either', () => {
    expect(workerFrame.parse({ op: 'observation', observation: strange })).toEqual({ op: 'observation' });
  });
});
