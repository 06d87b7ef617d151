import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DISCRETE_LIMITS, familiesOf } from '../../src/gpu/family.ts';

/** The parts of a device that the choice of a family reads. */
function device(
  info: Partial<GPUAdapterInfo> & { readonly isFallbackAdapter?: boolean },
  { subgroups = true, limits = {} }: { subgroups?: boolean; limits?: object } = {},
): GPUDevice {
  return {
    adapterInfo: { vendor: '', architecture: '', device: '', description: '', ...info },
    features: new Set(subgroups ? ['subgroups'] : []),
    limits: { ...DISCRETE_LIMITS, ...limits },
  } as unknown as GPUDevice;
}

const four = { subgroupMinSize: 4, subgroupMaxSize: 4 };

test('a GPU uses the discrete kernels, and can run the portable ones', () => {
  const nvidia = { vendor: 'nvidia', subgroupMinSize: 32, subgroupMaxSize: 32 };
  assert.equal(familiesOf(device(nvidia)), ['discrete', 'portable']);
  assert.equal(familiesOf(device({ vendor: 'apple' }, { subgroups: false })), [
    'discrete',
    'portable',
  ]);
});

test('a software adapter uses the quad or the portable kernels; the discrete ones are last', () => {
  const swiftshader = { architecture: 'swiftshader', ...four };
  assert.equal(familiesOf(device(swiftshader)), ['quad', 'portable', 'discrete']);
  assert.equal(familiesOf(device({ ...four, isFallbackAdapter: true }, { subgroups: false })), [
    'portable',
    'discrete',
  ]);
});

test('a device below the limits of the discrete kernels cannot run them', () => {
  for (const name of Object.keys(DISCRETE_LIMITS)) {
    const limits = { [name]: DISCRETE_LIMITS[name as keyof typeof DISCRETE_LIMITS] - 1 };
    assert.equal(familiesOf(device({ vendor: 'arm' }, { limits })), ['portable'], name);
  }
});

test.run();
