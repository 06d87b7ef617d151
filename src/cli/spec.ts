/** Bounds of a number; `above` and `below` exclude the bound itself. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  readonly below?: number;
}

interface Common {
  /** Without the dashes. */
  readonly name: string;
  readonly help: string;
  /** Used, and sent to the page, if the option is not given. */
  readonly default?: string;
  /** Shown as the default in the help if it depends on other options. */
  readonly defaultText?: string;
  /** `page` (the default): becomes part of the page's address. `command`: the command's own. */
  readonly scope?: 'page' | 'command';
}

/** One option of a command. */
export type OptionSpec = Common &
  (
    | { readonly kind: 'flag' }
    | { readonly kind: 'int'; readonly range: Range }
    /** `several`: with commas between them, too. */
    | { readonly kind: 'float'; readonly range: Range; readonly several?: true }
    /** `several`: with commas between them, too; what reads the option takes them apart. */
    | { readonly kind: 'string'; readonly several?: true }
    /** Whole numbers with commas between them, at least `least`. */
    | { readonly kind: 'list'; readonly range: Range; readonly least: number }
    /** Some of `choices`, with commas between them, at least `least`. */
    | { readonly kind: 'choices'; readonly choices: readonly string[]; readonly least: number }
    /** Two numbers with a comma between them; `parts` names them. */
    | {
        readonly kind: 'pair';
        readonly parts: readonly [string, string];
        readonly ranges: readonly [Range, Range];
      }
    /** `renamed`: old names of choices that are still accepted, with their new ones. */
    | {
        readonly kind: 'choice';
        readonly choices: readonly string[];
        readonly renamed?: Readonly<Record<string, string>>;
      }
    | { readonly kind: 'path'; readonly placeholder: string }
  );

/** One argument without dashes. */
export interface PositionalSpec {
  readonly name: string;
  readonly help: string;
  /** Any number of them, or none; of the last one only. */
  readonly several?: true;
}

/** A command's name, arguments and options; help text and validation are made from it. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly positionals: readonly PositionalSpec[];
  readonly options: readonly OptionSpec[];
}

/** A parsed command line: every value checked and in its canonical spelling. */
export interface ParsedArguments {
  readonly help: boolean;
  readonly positionals: readonly string[];
  /** Option name → value; flags are `true`. Options that were not given and have no default are absent. */
  readonly values: ReadonlyMap<string, string>;
}
