import { SWEEP_SPEC } from '../../../src/cli/commands/sweep-options.ts';
import { shellWord } from '../../../src/cli/shell-word.ts';
import type { ParsedArguments } from '../../../src/cli/spec.ts';

/** The token is in the folder. */
const LEFT_OUT = ['token', 'ui'];

/** The command that goes on with a sweep. */
export function continueCommand({ positionals, values }: ParsedArguments): string {
  const given = SWEEP_SPEC.options.flatMap(({ name, kind, default: usual }) => {
    const value = values.get(name);
    if (value === undefined || value === usual || LEFT_OUT.includes(name)) return [];
    return [kind === 'flag' ? `--${name}` : `--${name} ${shellWord(value)}`];
  });
  return ['npx gradweave sweep', ...positionals.map(shellWord), ...given].join(' ');
}
