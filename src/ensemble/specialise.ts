import type { Varying } from './varying.ts';

/** Where a function of a module is: its text is `fn head { body }`. */
interface Found {
  readonly begin: number;
  readonly end: number;
  readonly name: string;
  /** From the first parenthesis to the brace. */
  readonly head: string;
  /** With its braces. */
  readonly body: string;
}

function closing(text: string, from: number, open: string, close: string): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === open) depth++;
    if (text[at] === close && --depth === 0) return at;
  }
  return text.length;
}

function* functionsOf(text: string): Generator<Found> {
  for (const match of text.matchAll(/^fn (\w+)\(/gm)) {
    const begin = match.index;
    const parameters = begin + match[0].length - 1;
    const brace = text.indexOf('{', closing(text, parameters, '(', ')'));
    const end = closing(text, brace, '{', '}') + 1;
    const [head, body] = [text.slice(parameters, brace), text.slice(brace, end)];
    yield { begin, end, name: match[1], head, body };
  }
}

/**
 * Whether a function computes something else with a variable than with a constant: compilers replace a division by a constant by
 * a product, and compute expressions of constants alone themselves.
 */
function isFolded(body: string, { name, type }: Varying): boolean {
  // Arithmetic of integers is exact.
  const own = type === 'f32' ? `(?:f32\\()?${name}\\b` : `f32\\(${name}\\)`;
  const constant = '(?:[\\d.]+|[A-Z][A-Z\\d_]*|f32\\([A-Z][A-Z\\d_]*\\))(?![\\w.(])';
  const patterns = [`/ ${own}`, `${constant} [-+*/] ${own}`, `${own} [-+*/] ${constant}`];
  return patterns.some((pattern) => new RegExp(pattern).test(body));
}

/**
 * Writes functions once for each value of the constants that differ between networks, if compilers would compute something else with
 * a variable. The function itself then chooses by `network_variant`.
 *
 * @returns the text, without more lines; whether there is such a function
 */
export function specialised(
  text: string,
  varying: readonly Varying[],
): { readonly text: string; readonly chooses: boolean } {
  let out = '';
  let done = 0;
  let chooses = false;
  for (const { begin, end, name, head, body } of functionsOf(text)) {
    const used = varying.filter((one) => new RegExp(`(?<![\\w.])${one.name}\\b`).test(body));
    if (name === 'main' || !used.some((one) => isFolded(body, one))) continue;
    chooses = true;
    const variants = used[0].literals.map((_, variant) =>
      used.map(({ literals }) => literals[variant]).join(),
    );
    const distinct = [...new Set(variants)];
    const parameters = [...head.matchAll(/(\w+)\s*:/g)].map(([, parameter]) => parameter);
    const returns = head.includes('->') ? 'return ' : '';
    const cases = distinct.map((key, i) => {
      const which = variants.flatMap((own, variant) => (own === key ? [`${variant}u`] : []));
      const label = i === 0 ? 'default' : `case ${which.join(', ')}`;
      return `${label}: { ${returns}${name}_${i}(${parameters.join(', ')}); }`;
    });
    const copies = distinct.map((key, i) => {
      const values = used.map(({ literals }) => literals[variants.indexOf(key)]);
      const own = used.reduce(
        (made, one, at) => made.replace(new RegExp(`(?<![\\w.])${one.name}\\b`, 'g'), values[at]),
        body,
      );
      // On the lines of the source once; the others on one.
      return `fn ${name}_${i}${head}${i === 0 ? own : own.replace(/\/\/[^\n]*/g, '').replace(/\s*\n\s*/g, ' ')}`;
    });
    const choice = `fn ${name}${head}{ switch network_variant { ${cases.join(' ')} } }`;
    out += `${text.slice(done, begin)}${[choice, ...copies.slice(1), copies[0]].join(' ')}`;
    done = end;
  }
  return { text: out + text.slice(done), chooses };
}
