import { checkKeys, describe, isObject, looksLike } from '../check.ts';
import { OptionError } from '../errors.ts';
import { checkName, givenFile, NAMED, ownName } from '../gpu/given-file.ts';
import type { Part } from '../gpu/link.ts';
import { declarationsOf } from '../gpu/wgsl.ts';
import { isNode } from '../graph/graph.ts';
import type { Ref } from '../graph/op.ts';

/** WGSL of a kernel's part, and what its bindings refer to. */
export interface WgslPartOptions {
  /** For messages. */
  readonly name: string;
  /**
   * The declarations, in any layout. Bindings are `var<storage, read>` or `var<storage, read_write>`, with any numbers.
   * The compiler's messages name the lines of this text.
   */
  readonly wgsl: string;
  /** What each binding refers to, by its name: `{ factors: ref(node) }`. Default none. */
  readonly bindings?: Readonly<Record<string, Ref>>;
}

/** Functions of a part that kernels call. All other names are the part's own. */
const CALLED = ['main', 'element', 'beginElement', 'savedAt', 'beginRow', 'rowElement'];

/**
 * A part of a kernel from WGSL text, for an op of your own: see `Op.element` and `Op.dispatch`.
 *
 * @throws OptionError if it is not WGSL, or the bindings differ from those of the WGSL
 */
export function wgslPart(options: WgslPartOptions): Part<Ref> {
  checkKeys('wgslPart()', options, ['name', 'wgsl', 'bindings']);
  const { name, wgsl, bindings = {} } = options;
  checkName('wgslPart()', name);
  const what = `wgslPart ${name}`;
  const all = declarationsOf(what, wgsl);
  if (!isObject(bindings)) {
    throw new OptionError(
      `${what}: bindings ${describe(bindings)} was given; it is { name: ref(node) }`,
    );
  }
  const other = all.find(({ kind, access }) => kind === 'var' && /uniform/.test(access));
  if (other) {
    throw new OptionError(
      `${what}: line ${other.line} of the WGSL is var<${other.access}>; bindings are var<storage, read> or var<storage, read_write>`,
    );
  }
  const bound = all.flatMap(({ kind, attributes, name: own }) =>
    kind === 'var' && /@\s*binding/.test(attributes) ? (own ?? []) : [],
  );
  const missing = bound.find((own) => !Object.hasOwn(bindings, own));
  if (missing !== undefined) {
    throw new OptionError(`${what}: the WGSL binds ${missing}; give bindings.${missing}`);
  }
  const unknown = Object.keys(bindings).find((own) => !bound.includes(own));
  if (unknown !== undefined) {
    throw new OptionError(
      `${what}: bindings.${unknown.slice(0, 60)} was given, which the WGSL does not bind; it binds ${bound.join(', ') || 'nothing'}`,
    );
  }
  for (const [key, bound] of Object.entries(bindings)) {
    if (looksLike(bound, { kind: 'string' }) && !isNode(bound)) continue;
    throw new OptionError(
      `${what}: bindings.${key.slice(0, 60)} is ${describe(bound)}; use ref(node)`,
    );
  }
  const names = new Map(
    all.flatMap(({ kind, name: own }) =>
      own && NAMED.includes(kind) && !CALLED.includes(own) ? [[own, ownName(name, own)]] : [],
    ),
  );
  const file = givenFile(name, all, names);
  const renamed = Object.entries(bindings).map(([own, bound]) => [names.get(own), bound]);
  return { name: file.name, file, constants: {}, bindings: Object.fromEntries(renamed) };
}
