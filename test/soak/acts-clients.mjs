const MOST_SOCKETS = 6;

const openSocket = (world) => {
  const away = world.random.pick(world.sockets.list().filter(({ isOpen }) => !isOpen));
  if (away && world.random.chance(0.6)) away.connect();
  else if (world.sockets.list().length < MOST_SOCKETS) world.sockets.add();
  else return undefined;
  return `${world.sockets.open().length} are open`;
};

const closeSocket = (world) => {
  const socket = world.random.pick(world.sockets.open());
  if (!socket) return undefined;
  socket.disconnect(world.random.chance(0.5));
  for (const [drive, { by }] of world.bonds) if (by === socket) world.endLease(drive);
  return `${world.sockets.open().length} are open`;
};

/** A client that does not read for a while. */
const pauseSocket = (world) => {
  const socket = world.random.pick(world.sockets.open());
  if (!socket) return undefined;
  socket.pause();
  setTimeout(() => socket.resume(), world.random.int(100, 5000));
  return '';
};

const takeLease = async (world) => {
  const drive = world.random.pick(world.drives());
  const socket = world.random.pick(world.sockets.open().filter(({ connection }) => connection !== undefined));
  const bound = socket && world.random.chance(0.4) ? { connection: socket.connection } : {};
  const seconds = world.random.int(5, 20);
  const { status, body } = await world.ask('POST', `/v1/drives/${drive.id}/lease`, {
    name: 'soak',
    seconds,
    ...bound,
  });
  if (status === 201) {
    world.leases.set(drive.id, body.id);
    if (bound.connection !== undefined) world.bonds.set(drive.id, { by: socket });
  }
  return `drive ${drive.number} for ${seconds} s: ${status} ${body?.code ?? ''}`;
};

const releaseLease = async (world) => {
  const [drive, lease] = world.random.pick([...world.leases]) ?? [];
  if (drive === undefined) return undefined;
  const query = world.random.chance(0.3) ? 'force=true' : `lease=${lease}`;
  const { status } = await world.ask('DELETE', `/v1/drives/${drive}/lease?${query}`);
  if (status === 204) world.endLease(drive);
  return `${query}: ${status}`;
};

const renewLease = async (world) => {
  const [drive, lease] = world.random.pick([...world.leases]) ?? [];
  if (drive === undefined) return undefined;
  const { status } = await world.ask('PUT', `/v1/drives/${drive}/lease`, { lease, seconds: 10 });
  return `${status}`;
};

export const CLIENT_ACTS = [
  { name: 'a WebSocket comes', weight: 3, act: openSocket },
  { name: 'a WebSocket goes', weight: 2, act: closeSocket },
  { name: 'a WebSocket is slow', weight: 1, act: pauseSocket },
  { name: 'take a lease', weight: 2, act: takeLease },
  { name: 'end a lease', weight: 2, act: releaseLease },
  { name: 'renew a lease', weight: 1, act: renewLease },
];
