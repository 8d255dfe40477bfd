import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PRELOAD = join(import.meta.dirname, 'named-points.cjs');
const POLL_MS = 5;

/** Where a process of ours is stopped. */
export interface Armed {
  /** `before` or `after`, what lasts, and which: `before journal touching`, `after transaction fold ended`. */
  readonly name: string;
  /** 1: when it is passed for the first time. */
  readonly nth: number;
}

export interface Trap {
  /** The process that has come to the armed point and waits there; undefined where none has when the signal comes. */
  reached(enough: AbortSignal): Promise<number | undefined>;
  /** Lets it go on, if it still lives. */
  go(): void;
}

/** Stops the processes of a test daemon at named points. */
export class NamedPoints {
  #turn = 0;
  readonly folder = mkdtempSync(join(tmpdir(), 'sp-points-'));

  /** The environment of a daemon; all its processes inherit it. */
  readonly environment: NodeJS.ProcessEnv = {
    NODE_OPTIONS: [process.env['NODE_OPTIONS'] ?? '', `--require=${PRELOAD}`].join(' ').trim(),
    SPINDLE_TEST_POINTS: this.folder,
  };

  /** Sets a trap; whoever waits in an earlier one goes on waiting there. */
  arm(armed: Armed): Trap {
    this.#turn += 1;
    const turn = this.#turn;
    const whole = join(this.folder, 'armed');
    writeFileSync(`${whole}.part`, JSON.stringify({ ...armed, turn }));
    renameSync(`${whole}.part`, whole);
    return {
      reached: (enough) => this.#reached(join(this.folder, `reached-${turn}`), enough),
      go: () => {
        writeFileSync(join(this.folder, `go-${turn}`), '');
      },
    };
  }

  async #reached(path: string, enough: AbortSignal): Promise<number | undefined> {
    while (!existsSync(path)) {
      if (enough.aborted) return undefined;
      await sleep(POLL_MS);
    }
    return (JSON.parse(readFileSync(path, 'utf8')) as { pid: number }).pid;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Names of all points that were passed, each as often as it was. */
  passed(): string[] {
    const path = join(this.folder, 'passed');
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    return lines.map((line) => line.slice(line.indexOf(' ') + 1));
  }
}
