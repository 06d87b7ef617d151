import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cacheDirectory } from '../../src/cli/dataset.ts';
import { DataError, OptionError } from '../../src/errors.ts';
import {
  contents,
  errorOf,
  files,
  folderOf,
  gzNames,
  idxFile,
  put,
  scene,
  sendFile,
  serving,
  sum,
} from './dataset-scene.ts';

const dataset = suite('cli dataset');

dataset('finds packed, unpacked and mixed files in --data without a word', () =>
  scene(async ({ home, logged, find }) => {
    const names = files.map(({ name }) => name);
    const mixed = [...gzNames.slice(0, 2), ...names];
    for (const [i, set] of [gzNames, names, mixed].entries()) {
      const directory = await put(join(home, `set ${i}`), set);
      assert.is(await folderOf(find({ data: directory })), directory);
    }
    assert.equal(logged, []);
  }),
);

dataset('refuses a --data folder that lacks files, even if the cache is complete', () =>
  scene(async ({ home, cache, find }) => {
    await put(cache, gzNames);
    const data = await put(join(home, 'part'), gzNames.slice(1));
    const error = await errorOf(find({ data }));
    assert.instance(error, OptionError);
    assert.match(
      error.message,
      /^--data: .* lacks t10k-images-idx3-ubyte \(4 × 2 × 3\)\. It has .*\.gz \(5 images of 2 × 3\).* It needs train-images/,
    );
  }),
);

dataset('refuses a --data that is empty, not there or not a folder', () =>
  scene(async ({ home, find }) => {
    await writeFile(join(home, 'file'), '');
    for (const [data, text] of [
      ['', /the path is empty/],
      [join(home, 'nowhere'), /does not exist or cannot be read/],
      [join(home, 'file'), /not a folder/],
    ] as const) {
      const error = await errorOf(find({ data }));
      assert.instance(error, OptionError);
      assert.match(error.message, text);
    }
  }),
);

dataset('does not take a folder for a file', () =>
  scene(async ({ home, find }) => {
    const data = await put(join(home, 'odd'), gzNames.slice(1));
    await mkdir(join(data, gzNames[0]));
    assert.instance(await errorOf(find({ data })), OptionError);
  }),
);

dataset('warns of files in --data that are not the published ones, and takes them', () =>
  scene(async ({ home, logged, find }) => {
    const data = await put(join(home, 'own'), gzNames);
    await writeFile(join(data, gzNames[0]), idxFile(files[2].dims, 7));
    assert.is(await folderOf(find({ data })), `unknown: ${data}`);
    assert.is(logged.length, 1);
    assert.match(logged[0], /t10k-images-idx3-ubyte\.gz is not Fashion-MNIST.s published file/);
  }),
);

dataset('prefers --data to GRADWEAVE_DATA, and that to the cache', () =>
  scene(async ({ home, cache, find }) => {
    await put(cache, gzNames);
    const a = await put(join(home, 'a'), gzNames);
    const b = await put(join(home, 'b'), gzNames);
    assert.is(await folderOf(find({ data: a }, { GRADWEAVE_DATA: b })), a);
    assert.is(await folderOf(find({}, { GRADWEAVE_DATA: b })), b);
    assert.is(await folderOf(find({}, { GRADWEAVE_DATA: '' })), cache);
  }),
);

dataset('is as strict with GRADWEAVE_DATA as with --data', () =>
  scene(async ({ home, cache, find }) => {
    await put(cache, gzNames);
    const error = await errorOf(find({}, { GRADWEAVE_DATA: join(home, 'nowhere') }));
    assert.instance(error, OptionError);
    assert.match(error.message, /^GRADWEAVE_DATA: /);
  }),
);

dataset('says why it goes on with the built-in garments', () =>
  scene(async ({ cache, find }) => {
    const found = await find();
    assert.is(found.kind, 'built-in');
    const reason = found.kind === 'built-in' ? found.reason : '';
    assert.ok(reason.includes(cache));
    assert.match(reason, /synthetic: .*switched off.*--data/);
  }),
);

dataset('downloads into the cache once, with progress up to the end', () =>
  scene(async ({ cache, find, logged }) => {
    let requests = 0;
    const reports: [number, number][] = [];
    const answer: RequestListener = (request, response) => {
      requests++;
      sendFile(request, response);
    };
    await serving(answer, async (baseUrl) => {
      const progress = (received: number, total: number) => void reports.push([received, total]);
      const options = { download: true, baseUrls: [baseUrl], progress };
      assert.is(await folderOf(find(options)), cache);
      assert.is(await folderOf(find(options)), cache);
    });
    assert.is(requests, 4);
    assert.is(logged.length, 1);
    assert.equal((await readdir(cache)).sort(), gzNames);
    for (const name of gzNames) assert.equal(await readFile(join(cache, name)), contents.get(name));
    const total = files.reduce((all, { gzSize }) => all + gzSize, 0);
    assert.equal(reports.at(-1), [total, total]);
    assert.ok(reports.every(([received], i) => i === 0 || received >= reports[i - 1][0]));
  }),
);

dataset('downloads only what the cache lacks or holds damaged', () =>
  scene(async ({ cache, find, logged }) => {
    await put(cache, gzNames);
    await writeFile(join(cache, gzNames[1]), 'damaged');
    await rm(join(cache, gzNames[2]));
    const asked: string[] = [];
    const answer: RequestListener = (request, response) => {
      asked.push((request.url ?? '').replace('/files/', ''));
      sendFile(request, response);
    };
    await serving(answer, async (baseUrl) => {
      assert.is(await folderOf(find({ download: true, baseUrls: [baseUrl] })), cache);
    });
    assert.equal(asked.sort(), gzNames.slice(1, 3));
    assert.ok(logged.some((text) => text.includes(gzNames[1]) && text.includes('damaged')));
    assert.equal(await readFile(join(cache, gzNames[1])), contents.get(gzNames[1]));
  }),
);

dataset('refuses a download with another sum, names both and leaves no trace', () =>
  scene(async ({ cache, find }) => {
    const wrong = Buffer.alloc(files[0].gzSize, 7);
    await serving(
      (_, response) => void response.end(wrong),
      async (baseUrl) => {
        const error = await errorOf(find({ download: true, baseUrls: [baseUrl] }));
        assert.instance(error, DataError);
        assert.ok(error.message.includes(sum(wrong)));
        assert.ok(error.message.includes(files[0].gzSha256));
      },
    );
    assert.equal(await readdir(cache).catch(() => []), []);
  }),
);

dataset('stops a download that does not end where the file ends', () =>
  scene(async ({ find }) => {
    let sent = 0;
    const endless: RequestListener = (_, response) => {
      const more = () => {
        for (sent += 65536; response.write(Buffer.alloc(65536)); sent += 65536);
      };
      response.on('drain', more);
      more();
    };
    await serving(endless, async (baseUrl) => {
      const error = await errorOf(find({ download: true, baseUrls: [baseUrl] }));
      assert.instance(error, DataError);
      assert.match(error.message, /sent more than the/);
    });
    assert.ok(sent < 50_000_000, `${sent} bytes`);
  }),
);

dataset('goes to the next address when one fails', () =>
  scene(async ({ cache, find }) => {
    await serving(sendFile, async (baseUrl) => {
      const baseUrls = [new URL('/elsewhere/', baseUrl).href, 'http://127.0.0.1:1/', baseUrl];
      assert.is(await folderOf(find({ download: true, baseUrls })), cache);
    });
  }),
);

dataset(
  'goes on with the built-in garments when no address delivers, and says what each said',
  () =>
    scene(async ({ find }) => {
      await serving(
        (_, response) => void response.writeHead(503).end(),
        async (baseUrl) => {
          const found = await find({ download: true, baseUrls: [baseUrl, 'http://127.0.0.1:1/'] });
          assert.is(found.kind, 'built-in');
          assert.match(
            found.kind === 'built-in' ? found.reason : '',
            /HTTP status 503; 127\.0\.0\.1:1: /,
          );
        },
      );
    }),
);

dataset('does not wait long for a server that is silent', () =>
  scene(async ({ find }) => {
    await serving(
      () => undefined,
      async (baseUrl) => {
        const start = performance.now();
        const baseUrls = [baseUrl, baseUrl];
        const found = await find({ download: true, baseUrls, connectTimeoutMs: 200 });
        assert.match(found.kind === 'built-in' ? found.reason : '', /no answer for 0\.1 s/);
        assert.ok(performance.now() - start < 2000);
      },
    );
  }),
);

dataset('keeps nothing of a connection that breaks off', () =>
  scene(async ({ cache, find }) => {
    const broken: RequestListener = (_, response) => {
      response.writeHead(200, { 'Content-Length': files[0].gzSize });
      response.write(Buffer.alloc(10), () => response.destroy());
    };
    await serving(broken, async (baseUrl) => {
      assert.is((await find({ download: true, baseUrls: [baseUrl] })).kind, 'built-in');
    });
    assert.equal(await readdir(cache).catch(() => []), []);
  }),
);

dataset('keeps downloads in a temporary folder if the cache cannot be written', () =>
  scene(async ({ home, find, logged }) => {
    await writeFile(join(home, 'gradweave'), 'a file where the folder should be');
    let requests = 0;
    const answer: RequestListener = (request, response) => {
      requests++;
      sendFile(request, response);
    };
    await serving(answer, async (baseUrl) => {
      for (const _ of ['downloaded', 'found again']) {
        const folder = await folderOf(find({ download: true, baseUrls: [baseUrl] }));
        assert.ok(folder.startsWith(join(home, 'tmp', 'gradweave-')), folder);
      }
    });
    assert.is(requests, 4);
    assert.match(logged[0], /^cannot write to .*: E.* Fashion-MNIST is stored in .* instead\.$/);
  }),
);

dataset('goes on with the built-in garments if nothing can be written anywhere', () =>
  scene(async ({ home, find }) => {
    await writeFile(join(home, 'gradweave'), 'a file where the folder should be');
    await writeFile(join(home, 'tmp'), 'here too');
    let asked = 0;
    await serving(
      () => void asked++,
      async (baseUrl) => {
        const found = await find({ download: true, baseUrls: [baseUrl] });
        const reason = found.kind === 'built-in' ? found.reason : '';
        assert.match(reason, /synthetic: .*cannot be stored: cannot write to .*; cannot write to/);
      },
    );
    assert.is(asked, 0, 'nothing is downloaded that cannot be kept');
  }),
);

dataset('puts the cache where each system wants it', () => {
  assert.is(cacheDirectory({ HOME: '/h' }, 'linux'), '/h/.cache/gradweave/fashion-mnist');
  assert.is(cacheDirectory({ HOME: '/h' }, 'darwin'), '/h/Library/Caches/gradweave/fashion-mnist');
  assert.is(
    cacheDirectory({ HOME: '/h', XDG_CACHE_HOME: '/x' }, 'linux'),
    '/x/gradweave/fashion-mnist',
  );
  assert.is(
    cacheDirectory({ HOME: '/h', XDG_CACHE_HOME: 'x' }, 'linux'),
    '/h/.cache/gradweave/fashion-mnist',
  );
  assert.is(
    cacheDirectory({ LOCALAPPDATA: 'C:\\Users\\u\\AppData\\Local' }, 'win32'),
    'C:\\Users\\u\\AppData\\Local\\gradweave\\fashion-mnist',
  );
  assert.is(
    cacheDirectory({ USERPROFILE: 'C:\\Users\\u' }, 'win32'),
    'C:\\Users\\u\\AppData\\Local\\gradweave\\fashion-mnist',
  );
});

dataset.run();
