import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import type { Engine } from '../../src/gpu/engine.ts';
import { Inference } from '../../src/infer/inference.ts';
import { linear, relu, Sequential } from '../../src/nn/layers.ts';
import { mlp } from '../../src/nn/mlp.ts';
import { keyOf } from '../../src/random/domains.ts';
import { withQuickEngine, withSharedEngine } from '../gpu/helpers.ts';
import { small, withTrainer } from './helpers.ts';

/** Collects the code of every shader module that is made on an engine's device. */
function compiledOn({ device }: Engine): string[] {
  const codes: string[] = [];
  const create = device.createShaderModule.bind(device);
  device.createShaderModule = (descriptor) => {
    codes.push(descriptor.code);
    return create(descriptor);
  };
  return codes;
}

interface Printed {
  readonly heading: string;
  readonly code: string;
}

/** The kernels in a text of `explain()`, behind the table. */
function kernelsIn(text: string): Printed[] {
  return text
    .split(/\n\n(?=\/\/ Kernel of dispatch)/)
    .slice(1)
    .map((kernel) => {
      const end = kernel.indexOf('\n\n');
      return { heading: kernel.slice(0, end), code: kernel.slice(end + 2) };
    });
}

const sorted = (kernels: readonly Printed[]): string[] => kernels.map(({ code }) => code).sort();

for (const plan of ['plain', 'fused'] as const) {
  test(`the WGSL that explain() prints is what was compiled: ${plan} plan`, () =>
    withQuickEngine(async (engine) => {
      const compiled = compiledOn(engine);
      await withTrainer(engine, small({ plan }), async (trainer) => {
        const printed = kernelsIn(trainer.explain({ wgsl: true }));
        assert.equal(sorted(printed), [...compiled].sort());
        const dispatches = printed.flatMap(({ heading }) => heading.match(/\d+ \(/g) ?? []);
        assert.is(dispatches.length, trainer.dispatchesPerStep);
        assert.is(trainer.explain({ wgsl: false }), trainer.explain());
        assert.is(kernelsIn(trainer.explain()).length, 0);
      });
    }));
}

test('the WGSL that inference.explain() prints is what was compiled, also after a call', () =>
  withQuickEngine(async (engine) => {
    const compiled = compiledOn(engine);
    const model = new Sequential([4], [linear(4, 8), relu(), linear(8, 3)]);
    const weights = model.initialize(keyOf(1));
    const inference = await Inference.create(engine, { model, batch: 2, weights });
    assert.equal(sorted(kernelsIn(inference.explain({ wgsl: true }))), [...compiled].sort());
    await inference.predict(new Float32Array(20));
    const input = engine.upload(new Float32Array(1000));
    const output = engine.upload(new Float32Array(1000));
    inference.encode(engine.device.createCommandEncoder(), input, output);
    assert.equal(sorted(kernelsIn(inference.explain({ wgsl: true }))), [...compiled].sort());
    inference.destroy();
    engine.free(input);
    engine.free(output);
  }));

test('a heading names the dispatches, files, entry point, workgroup size and constants', () =>
  withSharedEngine(async (engine) => {
    const model = mlp([28, 28], [784, 8, 8, 8, 10]);
    await withTrainer(engine, small({ model, plan: 'plain' }), async (trainer) => {
      const { dispatches } = trainer.session.plan;
      const kernels = kernelsIn(trainer.explain({ wgsl: true }));
      assert.ok(kernels.length < dispatches.length, 'equal layers share kernels');
      const first = kernels[0].heading.replaceAll('\n// ', ' ');
      assert.match(first, `Kernel of dispatch 1 (${dispatches[0].label})`);
      const { parts } = dispatches[0];
      for (const { name, constants } of parts) {
        assert.match(first, new RegExp(`Files: .*${name}`));
        for (const [constant, value] of Object.entries(constants)) {
          assert.match(first, new RegExp(`Constants: .*\\b${constant}=${value}(,|$)`));
        }
      }
      assert.match(first, 'Entry point: main, workgroup size 64 ');
      const gemm = kernels.find(({ heading }) => heading.includes('gemm/gemm'));
      assert.match(gemm?.heading ?? '', /workgroup size \d+×\d+$/m);
      for (const { heading } of kernels) {
        assert.ok(
          heading.split('\n').every((line) => /^\/\/ .{1,77}$/.test(line)),
          heading,
        );
      }
    });
  }));

test('a number prints the kernel of that dispatch; others and unknown options are refused', () =>
  withSharedEngine(async (engine) => {
    await withTrainer(engine, small(), async (trainer) => {
      const last = trainer.dispatchesPerStep;
      for (const number of [1, last]) {
        const text = trainer.explain({ wgsl: number });
        assert.ok(text.startsWith(`${trainer.explain()}\n\n`));
        const [kernel, ...others] = kernelsIn(text);
        assert.match(kernel.heading, new RegExp(`Kernel of dispatch ${number} \\(`));
        assert.is(others.length, 0);
      }
      assert.match(trainer.explain({ wgsl: last }), '(tick)');
      for (const wgsl of [0, last + 1, 1.5, '1', null]) {
        assert.throws(
          () => trainer.explain({ wgsl } as never),
          (error: unknown) =>
            error instanceof OptionError && error.message.includes(`a dispatch from 1 to ${last}`),
        );
      }
      assert.throws(() => trainer.explain({ wsgl: true } as never), /did you mean wgsl/);
    });
  }));

test.run();
