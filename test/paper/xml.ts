/** An element of a parsed file. */
export interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Node[];
  /** Text directly inside, with the entities resolved. */
  readonly text: string;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function resolve(text: string): string {
  if (/[<]|&(?!(amp|lt|gt|quot|apos);)/.test(text)) throw new Error(`bare markup in: ${text}`);
  return text.replace(/&(\w+);/g, (_, name: string) => ENTITIES[name]);
}

/** Parses elements, attributes and text, and throws at anything that is not well-formed. */
export function parse(xml: string): Node {
  const root = { name: '', attributes: {}, children: [] as Node[], text: '' };
  const stack = [root];
  const token = /<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (!match) throw new Error(`not well-formed at ${at}: ${xml.slice(at, at + 60)}`);
    const [, close, name, list, empty, text] = match;
    const open = stack[stack.length - 1];
    if (text !== undefined) {
      open.text += resolve(text);
    } else if (close) {
      if (open.name !== name) throw new Error(`</${name}> closes <${open.name}>`);
      stack.pop();
    } else {
      const attributes: Record<string, string> = {};
      for (const [, key, value] of list.matchAll(/([\w:-]+)="([^"]*)"/g)) {
        if (key in attributes) throw new Error(`${key} twice in <${name}>`);
        attributes[key] = resolve(value);
      }
      const node = { name, attributes, children: [], text: '' };
      open.children.push(node);
      if (!empty) stack.push(node);
    }
  }
  if (stack.length !== 1) throw new Error(`<${stack[stack.length - 1].name}> is not closed`);
  if (root.children.length !== 1 || root.text.trim()) throw new Error('not one root element');
  return root.children[0];
}

/** All elements of a name, in document order. */
export function all(node: Node, name: string): Node[] {
  return node.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...all(child, name),
  ]);
}

/** The text element with exactly this text; throws when there is none. */
export function textOf(node: Node, text: string): Node {
  const found = all(node, 'text').find((one) => one.text === text);
  if (!found) throw new Error(`no text "${text}" among ${all(node, 'text').map((t) => t.text)}`);
  return found;
}
