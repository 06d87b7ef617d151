import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { attempt, keptFor } from './attempt.ts';
import { TARGETS } from './targets.ts';

for (const target of TARGETS) {
  test(`${target.name}: inputs that the fuzzer has kept are taken, or refused by an error with a name`, async () => {
    const kept = await keptFor(target);
    assert.ok(kept.length > 0, 'nothing is kept');
    const refusals = new Set<string>();
    for (const [name, input] of kept) {
      const { refusal, fault } = await attempt(target, input);
      assert.is(fault, undefined, `${name}: ${fault}`);
      if (refusal) refusals.add(refusal);
    }
    assert.ok(refusals.size > kept.length / 2, `${refusals.size} ways of ${kept.length} inputs`);
  });
}

test.run();
