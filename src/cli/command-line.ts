import { shellWord } from './shell-word.ts';
import type { OptionSpec } from './spec.ts';

/**
 * A command line to show in reports: a path is only of the machine that it was given on, so it reads `--data DIR`.
 *
 * @param argv the command's name and its arguments
 */
export function commandLineOf(argv: readonly string[], options: readonly OptionSpec[]): string {
  const paths = new Map(
    options.flatMap((option) =>
      option.kind === 'path' ? [[`--${option.name}`, option.placeholder]] : [],
    ),
  );
  const words = argv.map((word, i) => {
    const before = paths.get(argv[i - 1]);
    if (before !== undefined) return before;
    const [name] = word.split('=', 1);
    const inside = paths.get(name);
    return inside !== undefined && word !== name ? `${name}=${inside}` : shellWord(word);
  });
  return ['gradweave', ...words].join(' ');
}
