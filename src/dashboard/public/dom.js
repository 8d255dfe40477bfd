/**
 * Views are functions that describe elements; `render` makes a place in the page look like the description and leaves
 * alone what is the same. Data can only become text or an attribute, never markup.
 */

const SVG = 'http://www.w3.org/2000/svg';
const SVG_TAGS = new Set(['svg', 'circle', 'path', 'g']);

const isShown = (child) => child !== undefined && child !== null && child !== false && child !== '';

/**
 * Describes an element. `key` keeps it the same element when its neighbours change; `mounted` sees it once, and what it returns is called
 * once the element is gone.
 */
export const h = (tag, props, ...children) => ({
  tag,
  props: props ?? {},
  children: children.flat(Infinity).filter(isShown),
});

/** What an element was last described as. */
const described = new WeakMap();
const keys = new WeakMap();
/** What to do once an element is gone, and what is due since it is. */
const afterwards = new WeakMap();
const due = [];

const keyOf = (child, index) =>
  typeof child === 'object' ? `${child.tag} ${child.props.key ?? index}` : `text ${index}`;

const create = (child) => {
  if (typeof child !== 'object') return document.createTextNode('');
  return SVG_TAGS.has(child.tag)
    ? document.createElementNS(SVG, child.tag)
    : document.createElement(child.tag);
};

const setAttribute = (node, name, value) => {
  if (value === undefined || value === null || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? '' : String(value));
};

/** The content security policy forbids style attributes, not properties that are set by a script. */
const setStyle = (node, properties = {}) => {
  for (const [name, value] of Object.entries(properties)) node.style.setProperty(name, value);
};

const setProp = (node, name, value) => {
  if (name === 'key' || name === 'mounted') return;
  if (name === 'style') setStyle(node, value);
  else if (name.startsWith('on')) node[name] = value ?? null;
  else setAttribute(node, name, value);
};

const updateElement = (node, { props, children }) => {
  const before = described.get(node) ?? {};
  for (const name of Object.keys(before)) if (!(name in props)) setProp(node, name, undefined);
  for (const [name, value] of Object.entries(props)) if (before[name] !== value) setProp(node, name, value);
  described.set(node, props);
  patch(node, children);
};

const update = (node, child) => {
  if (typeof child === 'object') updateElement(node, child);
  else if (node.data !== String(child)) node.data = String(child);
};

const place = (parent, child, known, cursor) => {
  const node = known ?? create(child);
  update(node, child);
  if (node !== cursor) parent.insertBefore(node, cursor);
  if (!known) afterwards.set(node, child.props?.mounted?.(node));
  return node;
};

const remove = (node) => {
  node.remove();
  due.push(afterwards.get(node));
};

const patch = (parent, children) => {
  const wanted = new Map(children.map((child, index) => [keyOf(child, index), child]));
  const present = new Map();
  for (const node of [...parent.childNodes]) {
    const key = keys.get(node);
    if (wanted.has(key) && !present.has(key)) present.set(key, node);
    else remove(node);
  }
  let cursor = parent.firstChild;
  for (const [key, child] of wanted) {
    const node = place(parent, child, present.get(key), cursor);
    keys.set(node, key);
    cursor = node.nextSibling;
  }
};

/** Makes `parent` hold exactly these children. An element that is moved keeps the focus. */
export const render = (parent, ...children) => {
  const focused = document.activeElement;
  patch(parent, children.flat(Infinity).filter(isShown));
  if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
  for (const act of due.splice(0)) act?.();
};
