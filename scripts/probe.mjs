/**
 * `npm run probe`: which WebGPU adapter this computer gives, in Chrome and in Node. For continuous
 * integration: one line each, the same in $GITHUB_STEP_SUMMARY, and `chrome`, `node` and `adapter` (of both, the
 * better one) in $GITHUB_OUTPUT, each `hardware`, `software` or `none`.
 *
 *   node scripts/probe.mjs [--in chrome,node] [--adapter auto|hardware|software] [--chrome PATH]
 *
 * Exit code 0 if all that were asked have an adapter that computes, 3 if one has none.
 */
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setup } from './setup.mjs';

const PLACES = ['chrome', 'node'];

/** @returns {Promise<{ name: string, kind: 'hardware' | 'software' }>} */
async function probeChrome(adapter, chrome) {
  const { launchChrome } = await import('../src/cli/chrome.ts');
  const { adapterName } = await import('../src/cli/adapter.ts');
  const { BLANK_PAGE, startServer } = await import('../src/cli/server.ts');
  const server = await startServer(new Map());
  try {
    const found = await launchChrome({
      adapter,
      chrome,
      url: server.origin + BLANK_PAGE,
      announce: (text) => console.error(text),
    });
    await found.close();
    return named(adapterName(found.adapter), found.adapter.software, found.version);
  } finally {
    await server.close();
  }
}

/** @returns {Promise<{ name: string, kind: 'hardware' | 'software' }>} */
async function probeNode(adapter, chrome) {
  const { driverEnvironment, findWebgpu } = await import('../src/cli/child-runtime.ts');
  const { adapterName } = await import('../src/cli/adapter.ts');
  const { probe } = await import('../src/node/probe.ts');
  const { pathToFileURL } = await import('node:url');
  const prober = {
    program: process.execPath,
    arguments: ['--input-type=module', '--eval'],
    webgpu: pathToFileURL(findWebgpu()).href,
  };
  const { env } = await driverEnvironment(adapter, chrome, (text) => console.error(text), prober);
  const answer = await probe(prober, env, 60_000);
  if (answer.kind !== 'adapter') throw new Error(`${answer.kind} ${answer.detail}`.trim());
  const { software, ...names } = answer.adapter;
  if (adapter === 'hardware' && software) throw new Error(`only ${adapterName(names)}`);
  return named(adapterName(names), software, `Node ${process.versions.node}`);
}

const named = (name, software, version) => ({
  name: `${name} (${software ? 'software' : 'GPU'}), ${version}`,
  kind: software ? 'software' : 'hardware',
});

const ASK = { chrome: probeChrome, node: probeNode };

function write(file, text) {
  if (file) appendFileSync(file, `${text}\n`);
}

try {
  const { values } = parseArgs({
    options: {
      in: { type: 'string', default: PLACES.join(',') },
      adapter: { type: 'string', default: 'auto' },
      chrome: { type: 'string' },
    },
  });
  const asked = values.in.split(',');
  const unknown = asked.find((place) => !PLACES.includes(place));
  if (unknown !== undefined) throw new Error(`--in ${unknown}: use ${PLACES.join(', ')}`);
  if (!['auto', 'hardware', 'software'].includes(values.adapter)) {
    throw new Error(`--adapter ${values.adapter}: use auto, hardware or software`);
  }
  setup({ browser: asked.includes('chrome'), chrome: values.chrome });
  await import('../test/run/register-ts.mjs');
  const kinds = [];
  for (const place of asked) {
    const found = await ASK[place](values.adapter, values.chrome).catch((error) => ({
      name: `no adapter (${error.message})`,
      kind: 'none',
    }));
    const line = `${place === 'node' ? 'Node' : 'Chrome'}: ${found.name}`;
    console.log(line);
    write(process.env.GITHUB_STEP_SUMMARY, `- ${line}`);
    write(process.env.GITHUB_OUTPUT, `${place}=${found.kind}`);
    kinds.push(found.kind);
  }
  const best = ['hardware', 'software', 'none'].find((kind) => kinds.includes(kind));
  write(process.env.GITHUB_OUTPUT, `adapter=${best}`);
  process.exitCode = kinds.includes('none') ? 3 : 0;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
