const alter = (world) => {
  const name = world.random.pick([...world.sources.names('tree'), ...world.sources.names('image')]);
  return `${name}: ${world.sources.alter(name)}`;
};

const vanish = (world) => {
  const name = world.random.pick([...world.sources.names('tree'), ...world.sources.names('image')]);
  world.sources.vanish(name);
  return name;
};

const restore = (world) => {
  const name = world.random.pick(world.sources.broken());
  if (name === undefined) return undefined;
  world.sources.make(name);
  return name;
};

export const SOURCE_ACTS = [
  { name: 'alter a source', weight: 2, act: alter },
  { name: 'let a source vanish', weight: 0.7, act: vanish },
  { name: 'bring a source back', weight: 4, act: restore },
];
