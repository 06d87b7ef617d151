import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { contents, errorOf, files, folderOf, idxFile, put, scene } from './dataset-scene.ts';

const names = suite('data files by the names that people have');

const OWN = files.map(({ name }) => name);
const bytesOf = (name: string): Buffer => contents.get(name) ?? Buffer.alloc(0);

/** Writes files, with the folders that they lie in. */
async function lay(
  root: string,
  laid: Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  for (const [path, bytes] of Object.entries(laid)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), bytes);
  }
}

const all = (rename: (name: string) => string): Record<string, Buffer> =>
  Object.fromEntries(OWN.map((name) => [rename(name), bytesOf(name)]));

/** The same images and labels of another data set, with the same sizes. */
const digits = (rename: (name: string) => string, first = 5): Record<string, Buffer> =>
  Object.fromEntries(files.map(({ name, dims }) => [rename(name), idxFile(dims, first)]));

for (const [what, laid] of Object.entries({
  'dots for dashes': all((name) => name.replace(/-(idx.)/, '.$1')),
  capitals: all((name) => name.toUpperCase()),
  copies: all((name) => `${name} (1)`),
  'copies of packed ones': Object.fromEntries(
    OWN.map((name) => [`${name} (1).gz`, bytesOf(`${name}.gz`)]),
  ),
  'unpacked ones that are called packed': all((name) => `${name}.gz`),
  'packed otherwise': Object.fromEntries(
    OWN.map((name) => [`${name}.gz`, gzipSync(bytesOf(name), { level: 1 })]),
  ),
  'names that say nothing': all((name) => `${OWN.indexOf(name)}.bin`),
  'a folder each': all((name) => `${name}/${name}`),
  'a folder each, and the files beside': {
    ...all((name) => `${name}/${name}`),
    ...all((name) => name.replace('-idx', '.idx')),
  },
  'the parent folder of torchvision': all((name) => `FashionMNIST/raw/${name}`),
  'torchvision’s, beside digits': {
    ...all((name) => `FashionMNIST/raw/${name}`),
    ...digits((name) => `MNIST/raw/${name}`),
    ...digits((name) => `KMNIST/raw/${name}`, 6),
  },
  'among other files': {
    ...all((name) => name),
    'archive.zip': 'PK\u0003\u0004',
    'fashion-mnist_train.csv': 'label,pixel1\n',
    'broken.gz': Uint8Array.of(0x1f, 0x8b, 8, 0),
    'other-images-idx3-ubyte': idxFile([9, 9, 9]),
    nothing: '',
  },
  'a damaged copy beside a whole one': {
    ...all((name) => name),
    [`${OWN[0]} (1)`]: bytesOf(OWN[0]).subarray(0, 20),
    [`${OWN[1]}.gz`]: gzipSync(bytesOf(OWN[1])).subarray(0, 30),
  },
})) {
  names(`are taken: ${what}`, () =>
    scene(async ({ home, logged, find }) => {
      const data = join(home, 'data');
      await lay(data, laid);
      const found = await find({ data });
      assert.is(found.kind, 'files');
      if (found.kind !== 'files') return;
      assert.ok(found.published);
      assert.equal(
        found.files.map(({ file }) => file.name),
        OWN,
      );
      assert.equal(logged, []);
      // GRADWEAVE_DATA is as good.
      assert.equal(await find({}, { GRADWEAVE_DATA: data }), found);
    }),
  );
}

names('digits of the same sizes are taken, and not for what they are not', () =>
  scene(async ({ home, logged, find }) => {
    const data = join(home, 'data');
    await lay(
      data,
      digits((name) => `raw/${name}`),
    );
    assert.is(await folderOf(find({ data })), `unknown: ${join(data, 'raw')}`);
    assert.is(logged.length, 4);
    // Published labels make no published data set.
    await lay(data, { [`raw/${OWN[1]}`]: bytesOf(OWN[1]) });
    assert.is(await folderOf(find({ data })), `unknown: ${join(data, 'raw')}`);
  }),
);

names('two data sets that could be meant are refused', () =>
  scene(async ({ home, find }) => {
    const data = join(home, 'data');
    await lay(data, {
      ...digits((name) => `MNIST/raw/${name}`),
      ...digits((name) => `KMNIST/raw/${name}`, 6),
    });
    const error = await errorOf(find({ data }));
    assert.instance(error, OptionError);
    assert.match(
      error.message,
      /several files that could be .*KMNIST.*MNIST.*Give the folder of one/,
    );
    await rm(join(data, 'KMNIST'), { recursive: true });
    await lay(data, { [`MNIST/raw/copy of ${OWN[2]}`]: idxFile(files[2].dims, 8) });
    assert.match((await errorOf(find({ data }))).message, /could be t10k-images.*copy of t10k/);
  }),
);

names('files of several data sets are not mixed', () =>
  scene(async ({ home, find }) => {
    const data = join(home, 'data');
    const laid = { ...all((name) => `a/${name}`), ...digits((name) => `b/${name}`) };
    delete laid[`a/${OWN[1]}`];
    delete laid[`b/${OWN[0]}`];
    await lay(data, laid);
    assert.match(
      (await errorOf(find({ data }))).message,
      /folders that do not belong together\. It has a\//,
    );
  }),
);

names('what lies there instead is listed, and no more of it than can be read', () =>
  scene(async ({ home, find }) => {
    const data = join(home, 'data');
    await lay(data, {
      'archive.zip': 'PK\u0003\u0004',
      'fashion-mnist_train.csv': 'label,pixel1\n',
      'short-idx3-ubyte': bytesOf(OWN[0]).subarray(0, 20),
      [`${OWN[1]}.gz`]: bytesOf(`${OWN[1]}.gz`),
      ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`z${i}.txt`, 'text'])),
    });
    const { message } = await errorOf(find({ data }));
    for (const text of [
      /lacks train-images-idx3-ubyte \(5 × 2 × 3\), t10k-images/,
      /archive\.zip \(a zip archive: unpack it\)/,
      /fashion-mnist_train\.csv \(not an IDX file of bytes\)/,
      /short-idx3-ubyte \(5 images of 2 × 3, but 20 bytes instead of 46\)/,
      /train-labels-idx1-ubyte\.gz \(5 labels\)/,
      /and 32 more/,
    ]) {
      assert.match(message, text);
    }
    await rm(data, { recursive: true });
    await mkdir(data);
    assert.match((await errorOf(find({ data }))).message, /It has no files\./);
  }),
);

names('links to files are as good as files, and links in circles lead nowhere', () =>
  scene(async ({ home, find }) => {
    const store = await put(join(home, 'store'), OWN);
    const data = join(home, 'data');
    await mkdir(data);
    await symlink(data, join(data, 'again'));
    await symlink(join(home, 'gone'), join(data, 'gone'));
    for (const name of OWN) await symlink(join(store, name), join(data, `link-${name}`));
    assert.is(await folderOf(find({ data })), data);
  }),
);

names.run();
