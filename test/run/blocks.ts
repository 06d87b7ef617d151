/** A fenced block of code of a page of documentation. */
export interface CodeBlock {
  /** The heading above it, without its marks. */
  readonly title: string;
  /** What stands behind the fence. */
  readonly language: string;
  readonly code: string;
  /** The first line of code in the page, from 1. */
  readonly line: number;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let title = '';
  let open: { indent: string; language: string; line: number; lines: string[] } | undefined;
  for (const [i, line] of page.split('\n').entries()) {
    const [, indent, language] = /^(\s*)```(\S*)\s*$/.exec(line) ?? [];
    if (open && language === '') {
      blocks.push({ ...open, title, code: `${open.lines.join('\n')}\n` });
      open = undefined;
    } else if (open) {
      open.lines.push(line.slice(open.indent.length));
    } else if (language !== undefined) {
      open = { indent, language, line: i + 2, lines: [] };
    } else {
      title = /^#+ (.*)$/.exec(line)?.[1] ?? title;
    }
  }
  return blocks;
}

const SCRIPTS = ['js', 'jsx', 'ts', 'tsx'];

/** The script of a block that is one, or has one; undefined for all others. */
export function scriptOf({ language, code }: CodeBlock): string | undefined {
  if (SCRIPTS.includes(language)) return code;
  if (language !== 'html') return undefined;
  return /<script type="module">\n(.*?)<\/script>/s.exec(code)?.[1].replace(/^ {2}/gm, '');
}

/** Whether a script needs Node: it imports what browsers do not have. */
export const isForNode = (script: string): boolean =>
  /from '(node:|gradweave\/node')/.test(script) || /\bprocess\./.test(script);

/** The name that a block gives itself, as other blocks of its page call it: `// worker.ts`. */
export const fileOf = (script: string): string | undefined => /^\/\/ ([\w.-]+)\n/.exec(script)?.[1];
