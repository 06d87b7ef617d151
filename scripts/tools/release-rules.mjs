/** What a release must have, as rules on facts: they can be tested without a release. */
import { PLACEHOLDER } from './repository.mjs';

/**
 * What keeps a version from being published.
 *
 * @param {object} facts
 * @param {{ version: string, repository?: { url?: string } }} facts.about package.json
 * @param {string} facts.changelog
 * @param {readonly string[]} facts.changed paths of `git status --porcelain`
 * @param {readonly string[]} facts.tags of the repository
 * @param {readonly string[]} facts.tagsHere those of the commit that is checked
 * @param {string} facts.readme
 * @param {(path: string) => boolean} facts.exists of a path relative to the root
 * @returns {string[]} a sentence each; none if nothing does
 */
export function releaseFaults(facts) {
  const { about, changelog, changed, tags, tagsHere, readme, exists } = facts;
  const { version } = about;
  const url = about.repository?.url ?? '';
  const tag = `v${version}`;
  const faults = [];
  if (url === '' || PLACEHOLDER.test(url)) {
    faults.push(
      `package.json's repository is "${url}": name the repository that publishes. npm's provenance is checked against it.`,
    );
  }
  if (changed.length > 0) {
    faults.push(`The working tree has changes: commit them. ${changed.join(', ')}`);
  }
  if (!hasEntry(changelog, version)) {
    faults.push(`CHANGELOG.md has no entry for ${version}: add "## [${version}] - YYYY-MM-DD".`);
  }
  // The release workflow runs on the tag itself.
  if (tags.includes(tag) && !tagsHere.includes(tag)) {
    faults.push(`${tag} is the tag of another commit: raise the version in package.json.`);
  }
  const other = tagsHere.find((one) => /^v\d/.test(one) && one !== tag);
  if (other !== undefined) {
    faults.push(`This commit's tag is ${other}, but package.json's version is ${version}.`);
  }
  const dead = relativeLinks(readme).filter((path) => !exists(path));
  if (dead.length > 0) faults.push(`README.md links to what does not exist: ${dead.join(', ')}`);
  return faults;
}

/** Whether a changelog has a dated entry for a version. */
function hasEntry(changelog, version) {
  const name = version.replaceAll('.', '\\.');
  return new RegExp(`^## \\[${name}\\] - \\d{4}-\\d{2}-\\d{2}$`, 'm').test(changelog);
}

/** Targets of a page's links and images that are no addresses and no anchors. */
export function relativeLinks(markdown) {
  const text = markdown.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '');
  const found = [...text.matchAll(/\]\(([^)\s]+)[^)]*\)|(?:src|href)="([^"]+)"/g)];
  return found
    .map(([, link, attribute]) => (link ?? attribute).split('#')[0])
    .filter((path) => path !== '' && !/^[a-z]+:/.test(path));
}
