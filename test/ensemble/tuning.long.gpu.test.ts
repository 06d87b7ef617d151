import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Ensemble } from '../../src/ensemble/ensemble.ts';
import { withEngine } from '../gpu/helpers.ts';
import { shallow } from '../train/helpers.ts';
import { assertAsAlone, outcomesOf } from './helpers.ts';

const RUNS = [{ seed: 1 }, { seed: 2 }];

test('an ensemble is tuned with all its networks, and keeps its bits', () =>
  withEngine(async (engine) => {
    const options = shallow({ family: 'portable' });
    const chosen = async (given: typeof options) => {
      const ensemble = await Ensemble.create(engine, { ...given, runs: RUNS });
      await ensemble.fit({ epochs: 1 });
      const [first] = await outcomesOf(ensemble);
      const { dispatches } = ensemble.session.program.plan;
      ensemble.destroy();
      return { bits: first.bits, dispatches };
    };
    const before = await chosen(options);
    assert.equal([...engine.tunings], []);
    const tuned = await chosen({ ...options, tuneBudget: 1500 });
    const found = [...engine.tunings];
    assert.ok(found.length > 0, 'nothing was tuned');
    assert.ok(found.every(([key]) => key.endsWith(', 2 networks')));
    assert.equal(tuned.bits, before.bits);
    // Another kernel for each product, as if it had won: the next ensemble takes it, and a trainer does not.
    const others = before.dispatches.flatMap(({ tunable }) => {
      const other = tunable?.options.find(({ name }) => name !== tunable.chosen);
      return tunable && other ? [[`${tunable.key}, 2 networks`, other.name] as const] : [];
    });
    assert.ok(others.length > 0);
    engine.tunings.add(others);
    const taken = await chosen(options);
    const names = taken.dispatches.flatMap(({ tunable }) => {
      const key = `${tunable?.key}, 2 networks`;
      return tunable && engine.tunings.get(key) === tunable.chosen ? [tunable.chosen] : [];
    });
    assert.ok(names.length >= others.length);
    assert.equal(taken.bits, before.bits);
    await assertAsAlone(engine, options, RUNS, { epochs: 1 });
  }));

test.run();
