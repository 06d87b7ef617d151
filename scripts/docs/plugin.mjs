/**
 * For TypeDoc: titles and groups of pages, pages of code, and links that work both on GitHub and in the site.
 */
import { readFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Converter, DocumentReflection, PageEvent, StructureRouter } from 'typedoc';
import { PLACEHOLDER } from '../tools/repository.mjs';
import { mend } from './mend.mjs';
import { pagesOf } from './pages.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** A path from the site's root, in any page: `site:examples/index.html`. */
const SITE = 'site:';
/** A link to what the site does not have: only its text is kept. */
const NOWHERE = `${SITE}nowhere`;

/** What TypeDoc copies into the site. */
const MEDIA = /\.(png|svg|jpg|gif|json)$/;

/** Folders of the repository that are pages of the site. */
const FOLDERS = new Map([
  ['README.md', 'index.html'],
  ['examples', 'examples/index.html'],
  ['harness.html', 'harness/index.html'],
]);

/** Addresses as in the repository: docs/guide/data.html, examples/programs/gan.html, api/gradweave/Engine.html. */
class SiteRouter extends StructureRouter {
  getIdealBaseName(reflection) {
    if (reflection.isDocument?.()) {
      return pathOf(reflection.project, reflection).replace(/\.\w+$/, '');
    }
    return `api/${super.getIdealBaseName(reflection)}`;
  }
}

/** @param {import('typedoc').Application} app */
export function load(app) {
  const groups = pagesOf(ROOT);
  const groupOf = new Map();
  for (const [group, paths] of Object.entries(groups)) {
    for (const path of paths) groupOf.set(path, group);
  }

  app.renderer.defineRouter('site', SiteRouter);
  app.on('bootstrapEnd', () => {
    const pages = [...groupOf.keys()].filter((path) => path.endsWith('.md'));
    app.options.setValue(
      'projectDocuments',
      pages.map((path) => join(ROOT, path)),
    );
  });

  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const document of project.documents ?? []) {
      const path = pathOf(project, document);
      document.frontmatter.group = groupOf.get(path);
      document.name = titleOf(document.content, path);
      document.content = linked(document.content, path, groupOf);
    }
    for (const path of groupOf.keys()) {
      if (!path.endsWith('.md')) addSource(project, path, groupOf.get(path));
    }
    project.documents?.sort((a, b) => orderOf(groupOf, project, a) - orderOf(groupOf, project, b));
  });
  app.converter.on(
    Converter.EVENT_RESOLVE_END,
    ({ project }) => {
      if (project.readme) project.readme = linked(project.readme, 'README.md', groupOf);
    },
    -1000,
  );

  app.renderer.on(PageEvent.END, (page) => {
    const up = '../'.repeat(page.url.split('/').length - 1);
    page.contents = mend(page.contents ?? '')
      .replace(new RegExp(`<a href="${NOWHERE}"[^>]*>(.*?)</a>`, 'gs'), '$1')
      .replaceAll(`href="${SITE}`, `href="${up}`);
  });
}

function pathOf(project, document) {
  return relative(ROOT, project.files.getReflectionPath(document)).replaceAll('\\', '/');
}

function orderOf(groupOf, project, document) {
  return [...groupOf.keys()].indexOf(pathOf(project, document));
}

/** The first heading's text. */
function titleOf(content, path) {
  const text = content.map((part) => part.text).join('');
  const title = /^# (.+)$/m.exec(text)?.[1];
  if (title === undefined) throw new Error(`${path} has no title: begin it with "# Title"`);
  return title.replaceAll('`', '');
}

/** Adds a source as a page: its path, and its code. TypeDoc's own documents are markdown alone. */
function addSource(project, path, group) {
  const code = readFileSync(join(ROOT, path), 'utf8');
  const language = { '.ts': 'ts', '.tsx': 'tsx', '.mjs': 'js' }[extname(path)];
  const name = path.replace(/^examples\/(programs\/)?/, '');
  const content = [
    { kind: 'text', text: `# ${path}\n\n` },
    { kind: 'code', text: `\`\`\`${language}\n${code}\`\`\`` },
  ];
  const document = new DocumentReflection(name, project, content, { group });
  project.addChild(document);
  project.registerReflection(document, undefined, join(ROOT, path).replaceAll('\\', '/'));
}

/** The same content, with links to what is no page of the site turned to where it can be seen. */
function linked(content, path, groupOf) {
  return content.map((part) => {
    if (part.kind !== 'relative-link') return part;
    const [target, anchor] = part.text.split('#');
    const to = join(dirname(path), target).replaceAll('\\', '/').replace(/\/$/, '');
    if (groupOf.has(to) || MEDIA.test(to)) return part;
    const folder = FOLDERS.get(to);
    if (folder) return { kind: 'text', text: SITE + folder };
    return { kind: 'text', text: addressOf(to, anchor) };
  });
}

/** Where a file or folder of the repository is seen by everybody. */
function addressOf(path, anchor) {
  const { repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  if (!repository || PLACEHOLDER.test(repository.url)) return NOWHERE;
  const base = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
  return `${base}/blob/main/${path}${anchor ? `#${anchor}` : ''}`;
}
