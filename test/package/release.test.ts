import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ReleaseFacts,
  relativeLinks,
  releaseFaults,
} from '../../scripts/tools/release-rules.mjs';

const READY: ReleaseFacts = {
  about: { version: '1.2.3', repository: { url: 'git+https://github.com/somebody/gradweave.git' } },
  changelog: '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-01-31\n\n- All.\n',
  changed: [],
  tags: ['v1.2.2'],
  tagsHere: [],
  readme: '[guide](docs/guide.md#part) [site](https://example.org) `[no](link)`',
  exists: (path) => path === 'docs/guide.md',
};

/** A release with other facts, and what must be said of it. */
const REFUSED: Readonly<Record<string, [Partial<ReleaseFacts>, RegExp]>> = {
  'a placeholder as its repository': [
    {
      about: {
        version: '1.2.3',
        repository: { url: 'git+https://github.com/OWNER/gradweave.git' },
      },
    },
    /repository is "git\+https:\/\/github\.com\/OWNER/,
  ],
  'no repository': [{ about: { version: '1.2.3' } }, /repository is ""/],
  'uncommitted changes': [{ changed: ['src/a.ts'] }, /has changes: commit them\. src\/a\.ts/],
  'no entry in the changelog': [{ changelog: '## [1.2.30] - 2026-01-31' }, /no entry for 1\.2\.3/],
  'an entry without a date': [{ changelog: '## [1.2.3]\n' }, /no entry for 1\.2\.3/],
  'a version that another commit has': [{ tags: ['v1.2.3'] }, /v1\.2\.3 is the tag of another/],
  'the tag of another version': [{ tagsHere: ['v1.3.0'] }, /tag is v1\.3\.0.* version is 1\.2\.3/],
  'a dead link in the README': [{ readme: '![x](docs/gone.png)' }, /not exist: docs\/gone\.png/],
};

test('a commit with all that a release needs is ready, before and after it is tagged', () => {
  assert.equal(releaseFaults(READY), []);
  assert.equal(releaseFaults({ ...READY, tags: ['v1.2.3'], tagsHere: ['v1.2.3'] }), []);
});

for (const [what, [facts, message]] of Object.entries(REFUSED)) {
  test(`a release with ${what} is refused`, () => {
    const faults = releaseFaults({ ...READY, ...facts });
    assert.is(faults.length, 1, faults.join('\n'));
    assert.match(faults[0], message);
  });
}

test('links are read of markdown and HTML, not of code', () => {
  const page = '[a](b.md#c)\n```\n[x](y.md)\n```\n<img src="d.png"> [e](#f) [g](mailto:h)';
  assert.equal(relativeLinks(page), ['b.md', 'd.png']);
});

test.run();
