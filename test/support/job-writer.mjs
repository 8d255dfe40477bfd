// Creates jobs as fast as it can until it is killed, and names each one that was accepted.
// node job-writer.mjs PATH-OF-DATABASE
import { jobRequest } from '../../dist/jobs/request.js';
import { openStore } from '../../dist/jobs/store/open-store.js';

const log = { error: console.error, fatal: console.error };
const store = await openStore({ path: process.argv[2], log });
const request = jobRequest.parse({
  type: 'data',
  sources: [{ at: '/', root: 'music', path: 'albums' }],
  copies: 5,
});
const write = async () => {
  for (;;) {
    const { job } = await store.createJob(request, 'uid:1000');
    process.stdout.write(`${job.id}\n`);
  }
};
await Promise.all(Array.from({ length: 8 }, write));
