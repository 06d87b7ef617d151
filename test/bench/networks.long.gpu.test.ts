import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { watchGpu, watchMemory } from '../../src/bench/hooks.ts';
import { trainerOf } from '../../src/bench/step.ts';
import { withEngine } from '../gpu/helpers.ts';
import { type Small, smallCnn, smallTransformer } from './small.ts';

const EARLY = 100;
const LATE = 5_100;

for (const [name, make] of Object.entries<() => Small>({ smallCnn, smallTransformer })) {
  test(`${name}: memory is the same after ${EARLY} and after ${LATE} steps, and every buffer made between is freed`, () =>
    withEngine(async (engine) => {
      const device = watchMemory();
      const { spec, data } = make();
      const trainer = await trainerOf(engine, data, { plan: 'fused', family: engine.family }, spec);
      try {
        const epochsFor = (steps: number): number => steps / trainer.stepsPerEpoch;
        assert.ok(Number.isInteger(epochsFor(EARLY) * 2));
        await trainer.fit({ epochs: Math.ceil(epochsFor(EARLY)), validate: false });
        const early = { engine: engine.memory(), device: device.live };
        const calls = watchGpu();
        await trainer.fit({ epochs: Math.ceil(epochsFor(LATE - EARLY)), validate: false });
        const { submits, dispatches } = calls.stop();
        assert.ok(trainer.step >= LATE);
        assert.ok(dispatches >= (LATE - EARLY) * trainer.dispatchesPerStep);
        assert.ok(submits > 0);
        assert.equal({ engine: engine.memory(), device: device.live }, early);
      } finally {
        trainer.destroy();
        device.stop();
      }
    }));
}

test.run();
