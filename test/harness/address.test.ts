import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { addressOf, addressText } from '../../src/harness/page/settings/address.ts';
import { canHold, problemOf } from '../../src/harness/page/settings/field-rules.ts';
import { CHOICES } from '../../src/harness/page/settings/form-lists.ts';
import { queryOf, valuesOf } from '../../src/harness/page/settings/settings-values.ts';
import { NETWORK_NAMES } from '../../src/harness/tasks/network-facts.ts';

const test = suite('what an address asks for, and the form does not take');

const HTML = readFileSync('harness.html', 'utf8');

/** What a list of the form offers; undefined of another field. */
function offered(name: string): string[] | undefined {
  const [, list] = new RegExp(`<select name="${name}"[^>]*>(.*?)</select>`, 's').exec(HTML) ?? [];
  if (list === undefined) return undefined;
  return [
    ...(CHOICES[name]?.map(([value]) => value) ?? []),
    ...list.matchAll(/value="([^"]*)"/g),
  ].map((found) => (typeof found === 'string' ? found : found[1]));
}

/** Whether a field of the form says that it cannot be so. */
function isMarked(name: string, text: string): boolean {
  const list = offered(name);
  if (list) return !list.includes(text);
  return problemOf(name, text) !== undefined || !canHold(name, text);
}

/** Whether somebody who opens an address is told that it cannot be as it says for a name. */
function isNamed(search: string, name: string): boolean {
  const { values, strangers, odd, idle } = addressOf(search);
  const field = name === 'seeds' ? 'seed' : name;
  return [...strangers, ...odd, ...idle].includes(name) || isMarked(field, values[field] ?? '');
}

/** All names that the page's and the command's guides give for an address of the page. */
function documented(): string[] {
  const page = readFileSync('docs/page.md', 'utf8');
  const command = readFileSync('docs/command.md', 'utf8');
  const [, train] = /### train\n(.*?)\n####? /s.exec(command) ?? [];
  const own = [...page.matchAll(/`\??([\w=.&-]+=[\w=.&-]+)`/g)].flatMap(([, query]) => [
    ...new URLSearchParams(query).keys(),
  ]);
  const options = [...(train ?? '').matchAll(/`--([\w-]+)/g)].map(([, name]) => name);
  return [...new Set([...own, ...options])].sort();
}

test('each name that the guides list is told of if its value cannot be, with every network', () => {
  const names = documented();
  const some =
    'model lr seeds tab lang run report side colour normalize momentum schedule prompt data';
  for (const name of some.split(' ')) assert.ok(names.includes(name), name);
  for (const name of names) {
    for (const model of NETWORK_NAMES) {
      const search = name === 'model' ? 'model=zzz' : `model=${model}&${name}=zzz`;
      assert.ok(isNamed(search, name), search);
    }
  }
  for (const [name, value] of new URLSearchParams(
    'side=30&colour=blue&normalize=3&normalize=0.2,0&tab=&canvas=no&nesterov=perhaps&seeds=1.5&run=paper',
  )) {
    assert.ok(isNamed(`?${name}=${value}`, name), `${name}=${value}`);
  }
});

test('what the page writes into its address is taken without a word', () => {
  for (const model of NETWORK_NAMES) {
    const own = '&data=own&side=32&colour=rgb';
    for (const more of ['', own, '&optimizer=sgd&momentum=0.9&nesterov=true']) {
      const search = `${queryOf(valuesOf(`model=${model}${more}`))}&tab=inside&lang=es`;
      assert.is(addressText(search), '', search);
    }
  }
  assert.is(addressText('?side=32&colour=rgb'), '', 'own images may be chosen later');
  assert.is(addressText('?model=2&seeds=1..5&lr=0.1,0.2&normalize=0.286,0.353&worker'), '');
});

test('what does not go with the rest is named and left out, so that it cannot hold up a run', () => {
  for (const [search, name, said] of [
    ['model=cnn&layers=784,10', 'layers', 'layers=“784,10”'],
    ['model=2&momentum=0.9', 'momentum', 'momentum=“0.9”'],
    ['model=transformer&side=32', 'side', 'side=“32”'],
    ['model=transformer&loss=mse', 'loss', 'loss=“mse”'],
    ['model=autoencoder&loss=zzz', 'loss', 'loss=“zzz”'],
    ['model=2&length=32', 'length', 'length=“32”'],
    ['model=2&schedule=cosine&gamma=0.5', 'gamma', 'gamma=“0.5”'],
  ]) {
    const { values, idle } = addressOf(search);
    assert.equal(idle, [name], search);
    assert.is(new URLSearchParams(queryOf(values)).get(name), null, search);
    assert.ok(addressText(search).endsWith(`and that are left out: ${said}.`), search);
  }
  assert.match(addressText('seed=1&seeds=1..3'), /left out: seed=“1”/);
  assert.match(addressText('lr=1&lr=2'), /lr=“1”, “2”/);
  assert.match(addressText('tab=zzz&foo=1'), /does not know: foo\. .* left out: tab=“zzz”\.$/);
});

test('an option that an address only names is ticked, as for the command', () => {
  assert.is(valuesOf('optimizer=sgd&momentum=0.9&nesterov').nesterov, 'true');
  assert.is(valuesOf('optimizer=sgd&momentum=0.9&nesterov=false').nesterov, 'false');
});

test.run();
