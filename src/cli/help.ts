import type { CommandSpec, OptionSpec } from './spec.ts';
import { rangeText } from './values.ts';

const WIDTH = 100;

/** The text of `gradweave --help`. */
export function generalHelp(commands: readonly CommandSpec[], version: string): string {
  const rows = commands.map(({ name, summary }): [string, string] => [name, summary]);
  return [
    `gradweave ${version}: trains neural networks on WebGPU.`,
    '',
    'Usage: gradweave COMMAND [options]',
    '',
    'Commands',
    ...columns(rows),
    '',
    'gradweave COMMAND --help tells the options of a command; gradweave --version the version.',
  ].join('\n');
}

/** The text of `gradweave COMMAND --help`. */
export function commandHelp(spec: CommandSpec): string {
  const { name, summary, positionals, options } = spec;
  const usage = ['gradweave', name, ...positionals.map((p) => p.name), '[options]'].join(' ');
  const about = positionals.map((p): [string, string] => [p.name, p.help]);
  return [
    `Usage: ${usage}`,
    '',
    `${summary}.`,
    ...(about.length > 0 ? ['', 'Arguments', ...columns(about)] : []),
    '',
    'Options',
    ...columns([...options.map(optionRow), ['-h, --help', 'Tells this']]),
  ].join('\n');
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
      return 'N,N,…';
    case 'pair':
      return option.parts.map((part) => part.toUpperCase()).join(',');
    case 'choice':
      return option.choices.join('|');
    case 'path':
      return option.placeholder;
  }
}

/** Two columns, the second wrapped within the width of a terminal. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.min(34, Math.max(...rows.map(([name]) => name.length)));
  return rows.flatMap(([name, text]) => {
    const lines = wrap(text, WIDTH - left - 4);
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

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
