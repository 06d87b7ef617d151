declare module '*.md' {
  import type { Engine } from 'gradweave';

  /** What a script declares. */
  type Found = Readonly<Record<string, unknown>>;

  /** The page's scripts by the title above them; see test/run/markdown.ts. */
  const sections: Readonly<
    Record<string, (engine: Engine, files: Readonly<Record<string, URL>>) => Promise<Found>>
  >;
  export default sections;
  /** Where the scripts are that others load, by the name that they begin with. */
  export const files: Readonly<Record<string, URL>>;
}
