import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkFamily, familiesOf, familyOf, TILED_LIMITS } from '../../src/gpu/family.ts';

/** The parts of a device that the choice of a family reads. */
function device(
  info: Partial<GPUAdapterInfo> & { readonly isFallbackAdapter?: boolean },
  { subgroups = true, limits = {} }: { subgroups?: boolean; limits?: object } = {},
): GPUDevice {
  return {
    adapterInfo: { vendor: '', architecture: '', device: '', description: '', ...info },
    features: new Set(subgroups ? ['subgroups'] : []),
    limits: { ...TILED_LIMITS, ...limits },
  } as unknown as GPUDevice;
}

const four = { subgroupMinSize: 4, subgroupMaxSize: 4 };

test('a GPU uses the tiled kernels, and can run the portable ones', () => {
  const nvidia = { vendor: 'nvidia', subgroupMinSize: 32, subgroupMaxSize: 32 };
  assert.equal(familiesOf(device(nvidia)), ['tiled', 'portable']);
  assert.equal(familiesOf(device({ vendor: 'apple' }, { subgroups: false })), [
    'tiled',
    'portable',
  ]);
});

test('a software adapter uses the quad or the portable kernels; the tiled ones are last', () => {
  const swiftshader = { architecture: 'swiftshader', ...four };
  assert.equal(familiesOf(device(swiftshader)), ['quad', 'portable', 'tiled']);
  assert.equal(familiesOf(device({ ...four, isFallbackAdapter: true }, { subgroups: false })), [
    'portable',
    'tiled',
  ]);
});

test('a device below the limits of the tiled kernels cannot run them', () => {
  for (const name of Object.keys(TILED_LIMITS)) {
    const limits = { [name]: TILED_LIMITS[name as keyof typeof TILED_LIMITS] - 1 };
    assert.equal(familiesOf(device({ vendor: 'arm' }, { limits })), ['portable'], name);
  }
});

test('the old name of a family is its new one, with a warning', () => {
  const { warn } = console;
  const said: string[] = [];
  console.warn = (text: string) => said.push(text);
  try {
    assert.is(checkFamily('family', 'discrete'), 'tiled');
    assert.is(checkFamily('family', 'tiled'), 'tiled');
  } finally {
    console.warn = warn;
  }
  assert.equal(said, ["gradweave: the family 'discrete' is called 'tiled' now"]);
  assert.is(familyOf(['portable', 'tiled'], 'discrete'), 'tiled');
  assert.throws(() => familyOf(['portable'], 'discrete'), 'family tiled was given');
  assert.throws(() => checkFamily('family', 'tile'), "did you mean 'tiled'?");
});

test.run();
