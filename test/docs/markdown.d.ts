declare module '*.md' {
  import type { Engine } from 'gradweave';

  /** What each section's code declares, by the section's title; see test/run/markdown.ts. */
  const sections: Readonly<Record<string, (engine: Engine) => Promise<Record<string, unknown>>>>;
  export default sections;
}
