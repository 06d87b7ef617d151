import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withEngine } from '../gpu/helpers.ts';
import { THOROUGH } from '../run/thorough.ts';
import { runRounds } from './rounds.ts';

const ROUNDS = THOROUGH ? 200 : 30;

test(`${ROUNDS} rounds of create, train, destroy with faults at random leave nothing and harm nobody`, () =>
  withEngine(
    async (engine) => {
      const { errors } = await runRounds(engine, ROUNDS, 11);
      const failed = Object.values(errors).reduce((sum, [, count]) => sum + count, 0);
      assert.ok(failed > ROUNDS / 3, `${failed} rounds failed`);
      assert.ok(failed < ROUNDS, 'some did not fail');
    },
    { family: 'portable', quick: true },
  ));

test.run();
