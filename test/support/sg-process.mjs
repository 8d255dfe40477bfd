// A process that drives SHIM_DEVICE by SG_IO on behalf of its parent: the shim has to be loaded from the start.
import { toFailure } from '../../dist/errors.js';
import { openSg } from '../../dist/transport/sg.js';

const [path, mode] = process.argv.slice(2);

const reply = (id, work) => {
  work.then(
    (answer) => process.send({ id, answer }),
    (error) => process.send({ id, failure: toFailure(error) }),
  );
};

const opening = openSg(path, mode);
process.on('message', ({ id, command }) => {
  reply(
    id,
    opening.then((transport) => (command ? transport.execute(command) : transport.close())),
  );
});
reply(
  0,
  opening.then(() => undefined),
);
