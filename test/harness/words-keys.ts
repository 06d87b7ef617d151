/** Reads the page's texts from its sources and its markup. */
import { readdirSync, readFileSync } from 'node:fs';
import { type Node, parse } from 'acorn';
import { transformSync } from 'esbuild';

/** A text, and the file it stands in. */
export interface Key {
  readonly text: string;
  readonly file: string;
}

/** A node of ESTree, as far as it is read here. */
export interface Tree extends Node {
  readonly name?: string;
  readonly value?: unknown;
  readonly callee?: Tree;
  readonly property?: Tree;
  readonly object?: Tree;
  readonly arguments?: readonly Tree[];
  readonly properties?: readonly Tree[];
  readonly key?: Tree;
  readonly left?: Tree;
  readonly right?: Tree;
  readonly consequent?: Tree;
  readonly alternate?: Tree;
  readonly quasis?: readonly { readonly value: { readonly cooked: string } }[];
  readonly expressions?: readonly Tree[];
}

interface Module {
  readonly file: string;
  readonly code: string;
  readonly tree: Tree;
}

export function parsed(file: string): Module {
  const source = readFileSync(file, 'utf8');
  const { code } = transformSync(source, { loader: 'ts', target: 'esnext' });
  return { file, code, tree: parse(code, { ecmaVersion: 'latest', sourceType: 'module' }) as Tree };
}

/** The literal text of a node; undefined if it has values or is none. */
function literal(node: Tree | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  const plain = node?.type === 'TemplateLiteral' && node.expressions?.length === 0;
  return plain ? node.quasis?.[0].value.cooked : undefined;
}

export function walk(node: Tree, see: (node: Tree) => void): void {
  see(node);
  for (const child of Object.values(node)) {
    for (const one of Array.isArray(child) ? child : [child]) {
      if (one && typeof one === 'object' && typeof one.type === 'string') walk(one, see);
    }
  }
}

/** Heads of the columns that a module's rows have: keys of objects with texts as values, in calls of `row` or called `cells`. */
export function headsIn(file: string): string[] {
  const heads: string[] = [];
  const take = (cells: Tree | undefined): void => {
    for (const { key, computed } of (cells?.properties ?? []) as (Tree & { computed: boolean })[]) {
      const head = computed ? undefined : (literal(key) ?? key?.name);
      if (head !== undefined) heads.push(head);
    }
  };
  walk(parsed(file).tree, (node) => {
    if (called(node) === 'row') take(node.arguments?.[1]);
    const { id, init } = node as Tree & { id?: Tree; init?: Tree };
    if (node.type === 'VariableDeclarator' && id?.name === 'cells') take(init);
    if (node.type === 'Property' && node.key?.name === 'cells') take(node.value as Tree);
  });
  return heads;
}

/** All modules of a folder, without the tables of texts. */
export const modulesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/^words\//.test(name))
    .map((name) => `${folder}/${name}`);

export const called = ({ type, callee }: Tree): string =>
  type === 'CallExpression' ? (callee?.name ?? callee?.property?.name ?? '') : '';

/** The texts of a call: of `say` its first argument, of `counted` its noun and the plural; null if it is no literal. */
function keysOf(node: Tree): readonly (string | null)[] {
  const isOwn = node.callee?.type === 'Identifier';
  const name = isOwn ? called(node) : '';
  if (name === 'say') return [literal(node.arguments?.[0]) ?? null];
  if (name !== 'counted') return [];
  const noun = literal(node.arguments?.[1]);
  return noun === undefined ? [null] : [noun, `${noun}s`];
}

/** The texts that a module says; `odd`, where it says something that is no literal. */
export function saidIn(file: string): { readonly keys: Key[]; readonly odd: string[] } {
  const keys: Key[] = [];
  const odd: string[] = [];
  const { tree, code } = parsed(file);
  walk(tree, (node) => {
    for (const text of keysOf(node)) {
      if (text !== null) keys.push({ text, file });
      else odd.push(`${file}: ${code.slice(node.start, node.end)}`);
    }
  });
  return { keys, odd };
}

/** Names of properties and attributes that people read. */
const READ = /^(textContent|title|placeholder|ariaLabel|alt|aria-label|aria-roledescription)$/;

/** The text of a literal, also between values. */
const textIn = (node: Tree): string =>
  literal(node) ?? node.quasis?.map(({ value }) => value.cooked).join('') ?? '';

/** The nodes that are shown as they are: the branches of a choice, what texts are joined from. */
function shownIn(node: Tree | undefined): Tree[] {
  if (!node) return [];
  if (node.type === 'ConditionalExpression')
    return [node.consequent, node.alternate].flatMap(shownIn);
  if (/^(Binary|Logical)Expression$/.test(node.type))
    return [node.left, node.right].flatMap(shownIn);
  return [node];
}

/** Texts with words that a module shows without saying them: `element.textContent = 'English'`, `make('p', {}, 'English')`. */
export function unsaidIn(file: string): string[] {
  const found: string[] = [];
  const { tree, code } = parsed(file);
  const see = (shown: Tree | undefined): void => {
    for (const node of shownIn(shown)) {
      // Units and signs, of up to two letters, are the same in all languages.
      if (/\p{L}{3}/u.test(textIn(node)))
        found.push(`${file}: ${code.slice(node.start, node.end)}`);
    }
  };
  walk(tree, (node) => {
    if (node.type === 'AssignmentExpression' && READ.test(node.left?.property?.name ?? '')) {
      see(node.right);
    }
    const [first, second, ...others] = node.arguments ?? [];
    if (called(node) === 'setAttribute' && READ.test(literal(first) ?? '')) see(second);
    if (called(node) !== 'make') return;
    for (const child of others) see(child);
    for (const { key, value } of second?.properties ?? []) {
      if (READ.test(key?.name ?? literal(key) ?? '')) see(value as Tree);
    }
  });
  return found;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

const decoded = (text: string): string =>
  text
    .replace(/&(\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();

/** Elements that have no end. */
const VOID = /^(meta|link|input|br|hr|img|source)$/;

const NAMED = /\s(?:aria-label|aria-roledescription|placeholder|title|alt|label)="([^"]*)"/g;

/** The texts of a page's markup that the page says in the reader's language; see src/harness/page/words/markup.ts. */
export function markupKeys(file: string): Key[] {
  const body = /<body>[\s\S]*<\/body>/.exec(readFileSync(file, 'utf8'))?.[0] ?? '';
  const keys: Key[] = [];
  const take = (text: string): void => {
    if (/\p{L}/u.test(text)) keys.push({ text: decoded(text), file });
  };
  const open: { readonly name: string; readonly left: boolean; readonly fixed: boolean }[] = [];
  for (const [part] of body.replace(/<!--[\s\S]*?-->/g, '').matchAll(/<[^>]+>|[^<]+/g)) {
    const above = open.at(-1) ?? { left: false, fixed: false };
    const [tag, end, name = ''] = /^<(\/?)(\w+)/.exec(part) ?? [];
    if (tag === undefined) {
      if (!above.left) take(part);
    } else if (end) {
      while (open.length > 0 && open.pop()?.name !== name);
    } else {
      const fixed = above.fixed || /\stranslate="no"/.test(part);
      if (!fixed) for (const [, text] of part.matchAll(NAMED)) take(text);
      const left = fixed || above.left || /^(script|style|noscript)$/.test(name);
      if (!VOID.test(name)) open.push({ name, fixed, left });
    }
  }
  return keys;
}
