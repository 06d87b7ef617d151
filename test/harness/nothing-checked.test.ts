import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { noMatchText } from '../../src/harness/page/checks/check-words.ts';
import { counted } from '../../src/harness/page/numbers.ts';
import { parity } from '../../src/harness/tasks/parity.ts';
import { verify } from '../../src/harness/tasks/verify.ts';

/** Neither asks for a GPU, which Node does not have. */
for (const [name, task, query] of [
  ['verify', verify, 'filter=nothing-is-called-this'],
  ['verify of many sizes', verify, 'scaling=0.001&filter=nothing-is-called-this'],
  ['parity', parity, 'cases='],
] as const) {
  test(`${name} that would check nothing is refused, and is no pass`, async () => {
    const error = await task(new URLSearchParams(query), () => assert.unreachable()).then(
      () => assert.unreachable(),
      (thrown: unknown) => thrown,
    );
    assert.instance(error, OptionError);
    assert.match((error as Error).message, /matches no check. Leave it out|no traces were given/);
    const said = noMatchText((error as Error).message)?.();
    if (task === verify)
      assert.match(said ?? '', /no name contains “nothing-is-called-this”. .* all \d+/);
    else assert.is(said, undefined);
  });
}

test('a number and its noun agree', () => {
  assert.equal(
    [0, 1, 2, 1000].map((count) => counted(count, 'epoch')),
    ['0 epochs', '1 epoch', '2 epochs', '1,000 epochs'],
  );
});

test.run();
