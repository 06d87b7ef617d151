import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { files, folderOf, scene, sendFile, serving } from './dataset-scene.ts';

// Of files.example, for these tests alone.
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBojCCAUegAwIBAgIUDAoPtUhzJMi1Y5MLSF3PDrrR0kowCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNZmlsZXMuZXhhbXBsZTAgFw0yNjExMjcwMTA3MzlaGA8yMTI2
MTEwMzAxMDczOVowGDEWMBQGA1UEAwwNZmlsZXMuZXhhbXBsZTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABD9tSEN2hfi6jsjYa4kQm7hli0WEKDJDoOOw/moYETNY
pCdZpQpC+wl1w86BDn3CqH6CDE87fWFdH86ekcwd9rqjbTBrMB0GA1UdDgQWBBQY
l0eKm0Yts1MD3qukbTHhhsdxXTAfBgNVHSMEGDAWgBQYl0eKm0Yts1MD3qukbTHh
hsdxXTAPBgNVHRMBAf8EBTADAQH/MBgGA1UdEQQRMA+CDWZpbGVzLmV4YW1wbGUw
CgYIKoZIzj0EAwIDSQAwRgIhAMON4zO6vbg6DsGVTeWX5Bnu33pGZfxNX8Pm0Hiw
CYTQAiEAoGC557SXMGtDlH9LJB8gN4nBPGulntd7EiySZSAqmmY=
-----END CERTIFICATE-----`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVzJnWquIsZOgqXhE
X3yrIunyjdfEmdXFjVIAXGAm4RqhRANCAAQ/bUhDdoX4uo7I2GuJEJu4ZYtFhCgy
Q6DjsP5qGBEzWKQnWaUKQvsJdcPOgQ59wqh+ggxPO31hXR/OnpHMHfa6
-----END PRIVATE KEY-----`;

const portOf = (server: Server | TlsServer): number => (server.address() as AddressInfo).port;

const listening = async <S extends Server | TlsServer>(server: S): Promise<S> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
};

/** A proxy on this computer, what it was asked, and a server with HTTPS that it takes every CONNECT to. */
interface Network {
  readonly proxy: string;
  readonly asked: string[];
  readonly authorizations: (string | undefined)[];
}

type Way = 'lets through' | 'refuses' | 'is silent';

async function network(way: Way, act: (network: Network) => Promise<void>): Promise<void> {
  const secure = await listening(createTlsServer({ cert: CERTIFICATE, key: KEY }, sendFile));
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const seen = ({ method, url, headers }: IncomingMessage): void => {
    asked.push(`${method} ${url}`);
    authorizations.push(headers['proxy-authorization']);
  };
  const proxy = createServer((incoming, response) => {
    seen(incoming);
    // What is asked of a proxy without CONNECT is a whole address.
    const { pathname } = new URL(incoming.url ?? '');
    sendFile(Object.assign(incoming, { url: pathname }), response);
  });
  proxy.on('connect', (incoming, socket) => {
    seen(incoming);
    if (way === 'is silent') return;
    if (way === 'refuses') {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const through = connect(portOf(secure), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(through).pipe(socket);
    });
    for (const end of [through, socket]) end.on('error', () => {});
  });
  await listening(proxy);
  // Node looks at it for each connection; the certificate is nobody's.
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  try {
    await act({ proxy: `127.0.0.1:${portOf(proxy)}`, asked, authorizations });
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    for (const server of [secure, proxy]) {
      server.closeAllConnections();
      server.close();
    }
  }
}

/** Sets variables of the environment while something runs. */
async function withEnvironment(
  variables: Readonly<Record<string, string>>,
  act: () => Promise<void>,
): Promise<void> {
  Object.assign(process.env, variables);
  try {
    await act();
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
}

const FAR = 'https://files.example/files/';
const test = suite('downloads through a proxy');

for (const name of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY']) {
  test(`${name} is asked for what is at https://`, () =>
    network('lets through', ({ proxy, asked }) =>
      withEnvironment({ [name]: `http://${proxy}` }, () =>
        scene(async ({ cache, find }) => {
          assert.is(await folderOf(find({ download: true, baseUrls: [FAR] })), cache);
          assert.equal(asked, Array(4).fill('CONNECT files.example:443'));
        }),
      ),
    ));
}

test('HTTP_PROXY is asked for what is at http://, and not for what is at https://', () =>
  network('lets through', ({ proxy, asked }) =>
    withEnvironment({ HTTP_PROXY: `http://${proxy}` }, () =>
      scene(async ({ cache, find }) => {
        const near = 'http://files.example/files/';
        assert.is(await folderOf(find({ download: true, baseUrls: [near] })), cache);
        assert.equal(
          asked,
          files.map(({ gzName }) => `GET ${near}${gzName}`),
        );
      }),
    ),
  ));

test('NO_PROXY goes past it', () =>
  network('lets through', ({ proxy, asked }) =>
    withEnvironment({ HTTP_PROXY: `http://${proxy}`, NO_PROXY: 'files.example,127.0.0.1' }, () =>
      scene(async ({ cache, find }) => {
        await serving(sendFile, async (baseUrl) => {
          assert.is(await folderOf(find({ download: true, baseUrls: [baseUrl] })), cache);
        });
        assert.equal(asked, []);
      }),
    ),
  ));

test('a name and a password are given to the proxy, and shown to nobody', () =>
  network('refuses', ({ proxy, authorizations }) =>
    withEnvironment({ HTTPS_PROXY: `http://me:secret@${proxy}` }, () =>
      scene(async ({ find, logged }) => {
        const found = await find({ download: true, baseUrls: [FAR] });
        const reason = found.kind === 'built-in' ? found.reason : '';
        assert.match(reason, `files.example: HTTP status 407 through the proxy ${proxy}`);
        assert.not.match(reason + logged.join(), /secret/);
        assert.is(authorizations[0], `Basic ${Buffer.from('me:secret').toString('base64')}`);
      }),
    ),
  ));

test('a proxy that is not there, or is silent, is named', async () => {
  await withEnvironment({ HTTPS_PROXY: 'http://127.0.0.1:1' }, () =>
    scene(async ({ find }) => {
      const found = await find({ download: true, baseUrls: [FAR] });
      assert.match(
        found.kind === 'built-in' ? found.reason : '',
        /files\.example: .*ECONNREFUSED.* through the proxy 127\.0\.0\.1:1/,
      );
    }),
  );
  await network('is silent', ({ proxy }) =>
    withEnvironment({ HTTPS_PROXY: `http://${proxy}` }, () =>
      scene(async ({ find }) => {
        const found = await find({ download: true, baseUrls: [FAR], connectTimeoutMs: 200 });
        assert.match(
          found.kind === 'built-in' ? found.reason : '',
          `files.example: no answer for 0.2 s through the proxy ${proxy}`,
        );
      }),
    ),
  );
});

test('a redirection is followed, but not for ever, and nowhere but to HTTP', () =>
  scene(async ({ cache, find }) => {
    const answers: Readonly<Record<string, string>> = {
      '/moved/': '/files/',
      '/round/': '/round/',
      '/odd/': 'file:///etc/',
    };
    await serving(
      (incoming, response) => {
        const { url = '' } = incoming;
        const [from, to] = Object.entries(answers).find(([start]) => url.startsWith(start)) ?? [];
        if (!from || !to) return sendFile(incoming, response);
        response.writeHead(302, { Location: url.replace(from, to) }).end();
      },
      async (baseUrl) => {
        const at = (path: string) => [new URL(path, baseUrl).href];
        for (const path of ['/round/', '/odd/']) {
          const found = await find({ download: true, baseUrls: at(path) });
          const reason = found.kind === 'built-in' ? found.reason : '';
          assert.match(reason, /redirected to .*, which is not followed/);
        }
        assert.is(await folderOf(find({ download: true, baseUrls: at('/moved/') })), cache);
      },
    );
  }));

test.run();
