import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { connectClient } from '../../dist/cli/client.js';
import { startDemoDaemon } from '../../dist/cli/demo-daemon.js';
import { connectByTcp } from './client.mjs';
import { endProcesses, ourProcesses } from './processes.mjs';

const SCOPES = ['status', 'jobs:read', 'jobs:write', 'drives:control'];
const BUFFER_BYTES = 2 * 1024 * 1024;

/**
 * Starts a daemon of its own for `work`, with a client that comes by TCP with a token, and ends everything afterwards.
 * @template T
 * @param {{ directory: string, source: string }} places `directory` is made
 * @param {(client: import('./client.mjs').Client) => Promise<T>} work
 * @returns {Promise<T>}
 */
export const withDaemon = async ({ directory, source }, work) => {
  mkdirSync(directory);
  const daemon = await startDemoDaemon(directory, { source }, 0);
  /** @type {import('./client.mjs').Client | undefined} */
  let client;
  try {
    const local = connectClient({ socket: daemon.socket, url: undefined, token: undefined });
    const created = await local.call('POST', '/v1/tokens', { name: 'bench', scopes: SCOPES });
    client = connectByTcp({ url: daemon.url, token: /** @type {{ secret: string }} */ (created).secret });
    return await work(client);
  } finally {
    const processes = ourProcesses();
    client?.close();
    await daemon.stop();
    await endProcesses(processes);
  }
};

/**
 * Drives as slow as real ones, each in a process of its own, with a blank in each. Their ids.
 * @param {import('./client.mjs').Client} client
 * @param {number} count
 */
export const provideDrives = async (client, count) => {
  const drives = [];
  for (let number = 1; number <= count; number += 1) {
    const body = {
      name: `drive-${number}`,
      model: 'dvd-writer',
      home: 'process',
      speed: 'realtime',
      bufferBytes: BUFFER_BYTES,
    };
    const { id } = await client.call('POST', '/v1/virtual-drives', { body });
    await client.call('PUT', `/v1/virtual-drives/${id}/medium`, { body: { blank: 'dvd+r' } });
    drives.push(/** @type {string} */ (id));
  }
  return drives;
};
