/** Entry of a process that is the home of one virtual drive: `virtual-home FOLDER SOCKET LOGFILE`. SIGTERM switches it off. */
import { openLogFile } from './log-file.js';
import { raisePriority } from './raise-priority.js';
import { serveVirtualDrive } from './serve-virtual-drive.js';

const [folder, socketPath, logPath] = process.argv.slice(2);
if (folder === undefined || socketPath === undefined || logPath === undefined) process.exit(64);

const { log, flush } = await openLogFile(logPath, 'info');
process.on('SIGHUP', () => undefined);
raisePriority(); // it stands for hardware, which nothing keeps waiting
try {
  const off = (): void => {
    void home.close().finally(() => process.exit(0));
  };
  const home = await serveVirtualDrive(folder, socketPath, { log, onOff: off });
  process.once('SIGTERM', off);
} catch (error) {
  log.error({ err: error }, 'the virtual drive could not be served');
  flush();
  process.exit(1);
}
