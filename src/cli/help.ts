import { EXIT_CODES } from './exit-codes.ts';
import type { CommandSpec, OptionSpec } from './spec.ts';
import { rangeText } from './values.ts';
import { proseWidth, wrap } from './wrap.ts';

/** The page that says more, in the repository. */
const PAGE = 'docs/command.md';
/** Longer names get a line of their own. */
const WIDEST_NAME = 34;
/** With less room for the text, each name gets a line of its own. */
const LEAST_TEXT = 32;

/**
 * The text of `gradweave --help`.
 *
 * @param columns of the terminal
 */
export function generalHelp(
  commands: readonly CommandSpec[],
  version: string,
  columns: number,
): string {
  const width = proseWidth(columns);
  const rows = commands.map(({ name, summary }): [string, string] => [name, summary]);
  return [
    ...wrap(`gradweave ${version}: trains neural networks on WebGPU.`, width),
    '',
    'Usage: gradweave COMMAND [options]',
    '',
    'Commands',
    ...listing(rows, width),
    '',
    ...wrap('gradweave COMMAND --help: the options of a command', width, '  '),
    ...wrap('gradweave --version: the version', width, '  '),
    ...exitCodes(width),
  ].join('\n');
}

/**
 * The text of `gradweave COMMAND --help`.
 *
 * @param columns of the terminal
 */
export function commandHelp(spec: CommandSpec, columns: number): string {
  const { name, summary, positionals, options } = spec;
  const width = proseWidth(columns);
  const usage = ['gradweave', name, ...positionals.map((p) => p.name), '[options]'].join(' ');
  const about = positionals.map((p): [string, string] => [p.name, p.help]);
  return [
    ...wrap(`Usage: ${usage}`, width),
    '',
    ...wrap(`${summary}.`, width),
    ...(about.length > 0 ? ['', 'Arguments', ...listing(about, width)] : []),
    '',
    'Options',
    ...listing([...options.map(optionRow), ['-h, --help', 'Show this help']], width),
    '',
    ...exitCodes(width),
  ].join('\n');
}

function exitCodes(width: number): string[] {
  const codes = EXIT_CODES.map(({ code, short }) => `${code} ${short}`).join(', ');
  return wrap(`Exit codes: ${codes} (${PAGE})`, width, '  ');
}

function optionRow(option: OptionSpec): [string, string] {
  const value = placeholder(option);
  const range = 'range' in option ? rangeText(option.range) : '';
  const fallback = option.default ?? option.defaultText;
  const notes = [range, fallback === undefined ? '' : `default: ${fallback}`];
  const note = notes.filter((text) => text !== '').join('; ');
  return [
    `--${option.name}${value === '' ? '' : ` ${value}`}`,
    note === '' ? option.help : `${option.help} (${note})`,
  ];
}

function placeholder(option: OptionSpec): string {
  switch (option.kind) {
    case 'flag':
      return '';
    case 'int':
      return 'N';
    case 'float':
      return 'X';
    case 'string':
      return 'TEXT';
    case 'list':
    case 'choices':
      return option.least > 1 ? 'N,N,…' : option.kind === 'list' ? 'N,…' : 'NAME,…';
    case 'pair':
      return option.parts.map((part) => part.toUpperCase()).join(',');
    case 'choice': {
      const all = option.choices.join('|');
      // The text lists more.
      return all.length <= WIDEST_NAME ? all : 'NAME';
    }
    case 'path':
      return option.placeholder;
  }
}

/** Names and texts in two columns, or the texts under the names if the width is too small for that. */
function listing(rows: readonly (readonly [string, string])[], width: number): string[] {
  const left = Math.min(WIDEST_NAME, Math.max(...rows.map(([name]) => name.length)));
  const right = width - left - 4;
  if (right < LEAST_TEXT) {
    return rows.flatMap(([name, text]) => [
      ...wrap(`  ${name}`, width, '    '),
      ...wrap(`      ${text}`, width, '      '),
    ]);
  }
  return rows.flatMap(([name, text]) => {
    const lines = wrap(text, right);
    // A name that is too long for its column gets a line of its own.
    const head = name.length > left ? [`  ${name}`] : [];
    return [
      ...head,
      ...lines.map((line, i) => {
        const first = i === 0 && head.length === 0 ? name : '';
        return `  ${first.padEnd(left)}  ${line}`;
      }),
    ];
  });
}
