/**
 * `npm run docs`: makes the site in dist/site. Static files with relative links: any host and any folder will do.
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from '../../build.mjs';
import { buildExamples, PAGES } from '../examples.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../..');

/** Where the site is written. */
export const SITE = join(ROOT, 'dist/site');

/**
 * Makes the site.
 *
 * @param {{ out?: string }} [options] `out` default dist/site
 * @throws {Error} if a page is in no group, has no title, or TypeDoc finds a fault
 */
export async function makeSite({ out = SITE } = {}) {
  await build({ quiet: true });
  rmSync(out, { recursive: true, force: true });
  await makePages(out);
  await buildExamples(join(out, 'examples'));
  writeFileSync(join(out, 'examples/index.html'), listOfExamples());
  cpSync(join(ROOT, 'dist/harness'), join(out, 'harness'), {
    recursive: true,
    // Source maps are larger than the rest together, and a person's own data is nobody else's.
    filter: (path) => !path.endsWith('.map') && !/harness[\\/]data[\\/](?!index\.json)/.test(path),
  });
  writeFileSync(join(out, 'harness/data/index.json'), '{"files":[]}\n');
  cpSync(join(out, 'harness/harness.html'), join(out, 'harness/index.html'));
}

async function makePages(out) {
  const { Application, TSConfigReader, TypeDocReader } = await import('typedoc');
  const app = await Application.bootstrapWithPlugins({ options: join(HERE, 'typedoc.json'), out }, [
    new TypeDocReader(),
    new TSConfigReader(),
  ]);
  const project = await app.convert();
  if (!project) throw new Error('TypeDoc could not read the sources; its messages are above.');
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) throw new Error('TypeDoc found faults; they are above.');
}

/** A page that names the live examples, in their own style. */
function listOfExamples() {
  const items = PAGES.map((name) => {
    const html = readFileSync(join(ROOT, 'examples', name, 'index.html'), 'utf8');
    const title = /<h1>(.*?)<\/h1>/s.exec(html)?.[1] ?? name;
    const text = /<p>(.*?)<\/p>/s.exec(html)?.[1] ?? '';
    return `<li><a href="${name}/index.html">${title}</a><br>${text}</li>`;
  });
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>gradweave: Examples</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="./style.css">
  </head>
  <body>
    <main>
    <h1>Examples</h1>
    <p>Each page trains a network in your browser. They need WebGPU.</p>
    <ul>
      ${items.join('\n      ')}
    </ul>
    <p><a href="../index.html">gradweave</a></p>
    </main>
  </body>
</html>
`;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await makeSite();
    console.log(
      `The site is in ${relative(process.cwd(), SITE)}; open ${pathToFileURL(join(SITE, 'index.html'))}`,
    );
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
