import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UsageError } from '../../src/cli/errors.ts';
import { FolderPlace } from '../../src/cli/places/folder-place.ts';
import { HttpPlace } from '../../src/cli/places/http-place.ts';
import { openPlace } from '../../src/cli/places/open.ts';
import type { CheckpointPlace } from '../../src/cli/places/place.ts';
import { GradweaveError } from '../../src/errors.ts';

const test = suite<{ folder: string; server: KeepingServer }>('places');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'gradweave-places-'));
  context.server = await KeepingServer.start();
});
test.after.each(async ({ folder, server }) => {
  await rm(folder, { recursive: true });
  await server.close();
});

/** A server that keeps files, and can be told to fail. */
class KeepingServer {
  readonly files = new Map<string, Buffer>();
  /** What is wrong with a request; undefined to take it. */
  refuse: (request: IncomingMessage, body: Buffer) => number | undefined = () => undefined;
  requests = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      this.requests++;
      const body = await buffer(request);
      const { method, url = '', headers } = request;
      const refused = this.refuse(request, body);
      const file = this.files.get(url);
      const end = (status: number, content?: Buffer): void => {
        response.writeHead(status).end(content);
      };
      if (refused !== undefined) return end(refused);
      if (method === 'GET') return file ? end(200, file) : end(404);
      if (method === 'DELETE') return end(this.files.delete(url) ? 204 : 404);
      if (headers['if-none-match'] === '*' && file) return end(412);
      this.files.set(url, body);
      end(201);
    });
  }

  static async start(): Promise<KeepingServer> {
    const server = new KeepingServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textIn = async (place: CheckpointPlace, name: string): Promise<string | undefined> => {
  const found = await place.load(name);
  return found && new TextDecoder().decode(found);
};

async function fails(work: Promise<unknown>, kind: new (message: string) => Error, part: string) {
  const error = await work.then(
    () => assert.unreachable(`no error with ${part}`),
    (thrown: unknown) => thrown,
  );
  assert.instance(error, kind);
  assert.match((error as Error).message, part);
}

/** What every place does. */
async function keeps(place: CheckpointPlace): Promise<void> {
  assert.is(await place.load('a.json'), undefined);
  await place.save('a.json', bytes('one'));
  assert.is(await textIn(place, 'a.json'), 'one');
  await place.save('a.json', bytes('two'));
  assert.is(await textIn(place, 'a.json'), 'two');
  assert.is(await place.create('a.json', bytes('three')), false);
  assert.is(await textIn(place, 'a.json'), 'two');
  assert.is(await place.create('b.json', bytes('')), true);
  assert.is(await textIn(place, 'b.json'), '');
  await place.remove('b.json');
  await place.remove('b.json');
  assert.is(await place.load('b.json'), undefined);
}

test('a folder keeps files, each whole', async ({ folder }) => {
  await keeps(await openPlace(folder, {}));
  assert.equal(await readdir(folder), ['a.json']);
});

test('of many who create a file in a folder at once one does, and no half file is left', async ({
  folder,
}) => {
  const place = await FolderPlace.open(folder);
  const tries = Array.from({ length: 20 }, (_, i) => place.create('a', bytes(`${i}`.repeat(9))));
  const made = await Promise.all(tries);
  assert.is(made.filter(Boolean).length, 1);
  const winner = made.indexOf(true);
  assert.is(await textIn(place, 'a'), `${winner}`.repeat(9));
  assert.equal(await readdir(folder), ['a']);
});

test('a half file of a process that was killed does not count, and is removed after a day', async ({
  folder,
}) => {
  const [fresh, old] = ['.a.1-2.new', '.a.3-4.new'].map((name) => join(folder, name));
  for (const file of [fresh, old]) await writeFile(file, 'half');
  await utimes(old, 0, 0);
  const place = await FolderPlace.open(folder);
  assert.is(await place.load('a'), undefined);
  assert.equal(await readdir(folder), ['.a.1-2.new'], 'another process may write the fresh one');
});

test('what cannot be written to a folder is an error with what to do', async ({ folder }) => {
  const place = await FolderPlace.open(folder);
  await fails(place.save('no/such', bytes('')), GradweaveError, 'could not be written (ENOENT)');
  await fails(place.load('.'), GradweaveError, 'cannot be read (EISDIR)');
  await fails(openPlace(join(folder, 'none'), {}), UsageError, 'mkdir -p');
});

test('a server keeps files under its prefix, with the token and the address’s query', async ({
  server,
}) => {
  const seen = new Set<string | undefined>();
  server.refuse = ({ headers }) => {
    seen.add(headers.authorization);
    return undefined;
  };
  const env = { GRADWEAVE_CHECKPOINT_TOKEN: 'secret' };
  const place = await openPlace(`${server.origin}/sweeps/1/?key=2`, env);
  await keeps(place);
  assert.equal([...server.files.keys()], ['/sweeps/1/a.json?key=2']);
  assert.equal([...seen], ['Bearer secret']);
  assert.is(place.at('a.json'), `${server.origin}/sweeps/1/a.json`, 'without what may be a key');
});

test('a server that fails for a while is asked again; what it refuses is an error', async ({
  server,
}) => {
  const place = new HttpPlace(
    (name) => `${server.origin}/${name}`,
    (url, init) => fetch(url, init),
    [1, 1],
  );
  const answers = [503, 429];
  server.refuse = () => answers.shift();
  await place.save('a', bytes('one'));
  assert.is(server.requests, 3);
  assert.is(await textIn(place, 'a'), 'one');

  server.refuse = () => 500;
  await fails(place.load('a'), GradweaveError, 'answered 500 to GET, 3 times');
  for (const [status, part] of [
    [401, 'GRADWEAVE_CHECKPOINT_TOKEN'],
    [403, 's3:ListBucket'],
    [413, 'smaller files'],
    [400, 'answered 400 to PUT'],
  ] as const) {
    server.refuse = () => status;
    server.requests = 0;
    await fails(place.save('a', bytes('')), GradweaveError, part);
    assert.is(server.requests, 1, 'it would refuse again');
  }
  const nobody = new HttpPlace(
    () => 'http://127.0.0.1:1/a',
    (url, init) => fetch(url, init),
    [1],
  );
  await fails(nobody.load('a'), GradweaveError, 'gave no answer');
});

test('addresses that are none, have a password, or lack a key are refused', async () => {
  const env = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
  await fails(openPlace('http://', {}), UsageError, 'is not an address');
  await fails(openPlace('https://me:word@host/a', {}), UsageError, 'a password');
  await fails(openPlace('s3://', env), UsageError, 'no bucket');
  await fails(openPlace('s3://../a', env), UsageError, 'no bucket');
  await fails(openPlace('s3://bucket/a', {}), UsageError, 'AWS_ACCESS_KEY_ID');
  const wrong = { ...env, AWS_ENDPOINT_URL: 'host' };
  await fails(openPlace('s3://bucket/a', wrong), UsageError, 'AWS_ENDPOINT_URL');
  const place = await openPlace('s3://bucket/a/', { ...env, AWS_REGION: 'eu-central-1' });
  assert.is(place.at('b'), 'https://bucket.s3.eu-central-1.amazonaws.com/a/b');
  const dotted = await openPlace('s3://my.bucket', env);
  assert.is(dotted.at('b'), 'https://s3.us-east-1.amazonaws.com/my.bucket/b');
});

/** Whether a request has a right signature, version 4, as AWS describes it. */
function isSigned({ method, url = '', headers }: IncomingMessage, body: Buffer, secret: string) {
  const [, scope, names, signature] =
    /Credential=KEY\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
  const hash = headers['x-amz-content-sha256'];
  const [path, query = ''] = url.split('?');
  const signed = names.split(';').map((name) => `${name}:${headers[name]}\n`);
  const request = [method, path, query, signed.join(''), names, hash].join('\n');
  const date = String(headers['x-amz-date']);
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(request)].join('\n');
  const hmac = (key: string | Buffer, data: string): Buffer =>
    createHmac('sha256', key).update(data).digest();
  const key = scope
    .split('/')
    .reduce<string | Buffer>((last, part) => hmac(last, part), `AWS4${secret}`);
  return hash === sha256(body) && hmac(key, text).toString('hex') === signature;
}

test('requests to S3 are signed, and what they say of the content is true', async ({ server }) => {
  const env = {
    ...{ AWS_ACCESS_KEY_ID: 'KEY', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'session' },
    ...{ AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: `${server.origin}/` },
  };
  let session = '';
  server.refuse = (request, body) => {
    session = String(request.headers['x-amz-security-token']);
    return isSigned(request, body, 'secret') ? undefined : 403;
  };
  await keeps(await openPlace('s3://bucket/sweeps/of%20mine', env));
  assert.equal([...server.files.keys()], ['/bucket/sweeps/of%2520mine/a.json']);
  assert.is(session, 'session');
  const wrong = await openPlace('s3://bucket/a', { ...env, AWS_SECRET_ACCESS_KEY: 'wrong' });
  await fails(wrong.save('a', bytes('')), GradweaveError, 'answered 403');
});

test('files of a folder are on the disk as they were given', async ({ folder }) => {
  const place = await FolderPlace.open(folder);
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  await place.save('all', all);
  assert.equal(new Uint8Array(await readFile(join(folder, 'all'))), all);
});

test.run();
