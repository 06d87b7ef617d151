import { parseArgs } from 'node:util';
import { UsageError } from './errors.ts';
import type { CommandSpec, OptionSpec, ParsedArguments } from './spec.ts';
import { suggestion } from './suggest.ts';
import { allowed, checkValue } from './values.ts';

/**
 * Parses a command's arguments (without the command's name).
 *
 * @throws {UsageError} for an unknown, repeated or invalid option and for wrong positionals.
 */
export function parseOptions(spec: CommandSpec, argv: readonly string[]): ParsedArguments {
  const byName = new Map(spec.options.map((option) => [option.name, option]));
  // Not strict: parseArgs' own messages name neither the allowed values nor the likely option, and
  // `--lr -1` should be reported as a bad learning rate.
  const { tokens } = parseArgs({
    args: [...argv],
    options: {
      help: { type: 'boolean', short: 'h' },
      ...Object.fromEntries(spec.options.map((option) => [option.name, nodeOption(option)])),
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string>();
  const positionals: string[] = [];
  let help = false;
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    if (token.name === 'help') {
      help = true;
      continue;
    }
    const option = byName.get(token.name);
    if (option === undefined) throw unknownOption(spec, token.rawName);
    if (values.has(option.name)) {
      const isList = 'several' in option || option.kind === 'list' || option.kind === 'choices';
      const advice = isList ? ' Give it once, with commas between its values.' : '';
      throw new UsageError(`--${option.name} is given more than once.${advice}`);
    }
    values.set(option.name, takeValue(option, token.value, token.inlineValue === true));
  }
  // --help works even if an argument is missing.
  if (!help) checkPositionals(spec, positionals);
  for (const option of spec.options) {
    if (option.default !== undefined && !values.has(option.name)) {
      values.set(option.name, option.default);
    }
  }
  return { help, positionals, values };
}

/** The values that the page gets in its address. */
export function pageOptions(spec: CommandSpec, parsed: ParsedArguments): Record<string, string> {
  const own = new Set(spec.options.filter((o) => o.scope === 'command').map((o) => o.name));
  return Object.fromEntries([...parsed.values].filter(([name]) => !own.has(name)));
}

function nodeOption(option: OptionSpec): { type: 'boolean' | 'string' } {
  return { type: option.kind === 'flag' ? 'boolean' : 'string' };
}

function takeValue(option: OptionSpec, value: string | undefined, inline: boolean): string {
  if (option.kind === 'flag') return value === undefined ? 'true' : checkValue(option, value);
  if (value === undefined || (!inline && value.startsWith('--'))) {
    throw new UsageError(`--${option.name} needs a value: ${allowed(option)}.`);
  }
  return checkValue(option, value);
}

function unknownOption(spec: CommandSpec, got: string): UsageError {
  const names = [...spec.options.map((option) => option.name), 'help'];
  const meant = got.startsWith('--') ? suggestion(got.slice(2), names, '--') : '';
  return new UsageError(
    `'${got}' is not an option of ${spec.name}.${meant} See: gradweave ${spec.name} --help`,
  );
}

function checkPositionals(spec: CommandSpec, got: readonly string[]): void {
  const missing = spec.positionals[got.length];
  if (missing !== undefined && !missing.several) {
    throw new UsageError(
      `${missing.name} is missing: ${missing.help}. See: gradweave ${spec.name} --help`,
    );
  }
  const extra = got[spec.positionals.length];
  if (extra !== undefined && !spec.positionals.at(-1)?.several) {
    const names = spec.positionals.map((positional) => positional.name);
    const takes = names.length === 0 ? 'no arguments without dashes' : `only ${names.join(' ')}`;
    throw new UsageError(
      `'${extra}' is one argument too many: ${spec.name} takes ${takes}. ` +
        `See: gradweave ${spec.name} --help`,
    );
  }
}
