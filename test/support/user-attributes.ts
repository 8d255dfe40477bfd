import { execFileSync } from 'node:child_process';

const SCRIPT =
  'import os, sys, json\nfor k, v in json.loads(sys.argv[2]).items(): os.setxattr(sys.argv[1], "user." + k, v.encode())';

/** Attaches what users may attach to a file or directory; needs python3, for Node has no call for it. */
export const attach = (path: string, attributes: Record<string, string>): void => {
  execFileSync('python3', ['-c', SCRIPT, path, JSON.stringify(attributes)]);
};
