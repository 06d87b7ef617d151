/** Reads from sources what is told in English elsewhere: what errors say, and titles and notes of tables. */
import { called, parsed, type Tree, walk } from './words-keys.ts';

/** What stands in a place whose value the source does not tell. */
const PLACE = '7';

/** All texts that an expression may be, with {@link PLACE} for its values. */
function textsOf(node: Tree | undefined): string[] {
  switch (node?.type) {
    case 'Literal':
      return [String(node.value)];
    case 'ConditionalExpression':
      return [node.consequent, node.alternate].flatMap(textsOf);
    case 'BinaryExpression':
      return textsOf(node.left).flatMap((one) => textsOf(node.right).map((two) => one + two));
    case 'TemplateLiteral': {
      const [first, ...others] = (node.quasis ?? []).map(({ value }) => value.cooked);
      return others.reduce(
        (all, text, i) =>
          all.flatMap((one) =>
            textsOf(node.expressions?.[i]).map((value) => `${one}${value}${text}`),
          ),
        [first],
      );
    }
    default:
      return [PLACE];
  }
}

/** Those with words of their own. */
const worded = (texts: readonly string[]): string[] => [
  ...new Set(texts.filter((text) => /\p{L}{2}/u.test(text))),
];

/** What the errors of a module say. */
export function thrownIn(file: string): string[] {
  const found: string[] = [];
  walk(parsed(file).tree, (node) => {
    const isError = node.type === 'NewExpression' && /Error$/.test(node.callee?.name ?? '');
    if (isError) found.push(...textsOf(node.arguments?.[0]));
  });
  return worded(found);
}

/** The first arguments of a module's calls of a function, and what its variables of a name are. */
export function toldIn(file: string, call: string, variable = ''): string[] {
  const found: string[] = [];
  walk(parsed(file).tree, (node) => {
    if (called(node) === call) found.push(...textsOf(node.arguments?.[0]));
    const { id, init, key, value } = node as Tree & { id?: Tree; init?: Tree };
    if (node.type === 'VariableDeclarator' && id?.name === variable) found.push(...textsOf(init));
    if (node.type === 'Property' && key?.name === variable) found.push(...textsOf(value as Tree));
  });
  return worded(found);
}
