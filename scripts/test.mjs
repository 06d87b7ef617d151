/**
 * `npm test`: setup, build, type check, lint, the tests in Node, the tests in Chrome.
 *
 *   node scripts/test.mjs [--only PATTERN] [--adapter auto|hardware|software] [--chrome PATH]
 *                         [--timeout SECONDS] [--all] [--cpu]
 *                         [--device all|no-timestamps|no-subgroups|bare|compat]
 *
 * The last line is `N passed, N failed`. The exit code is 0 only if nothing failed.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const results = [];
try {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      adapter: { type: 'string', default: process.env.GRADWEAVE_ADAPTER || 'auto' },
      chrome: { type: 'string' },
      timeout: { type: 'string' },
      // Also runs the slow tests.
      all: { type: 'boolean', default: false },
      // Prints CPU seconds, of each file and of each test above half a second. Linux alone counts them.
      cpu: { type: 'boolean', default: false },
      // A device with fewer features. Runs only the tests in Chrome.
      device: { type: 'string', default: 'all' },
    },
  });
  process.chdir(ROOT);
  if (values.all) process.env.GRADWEAVE_THOROUGH = 'true';
  if (values.cpu) process.env.GRADWEAVE_CPU = 'true';
  if (values.device !== 'all') process.env.GRADWEAVE_DEVICE = values.device;
  const timeout = values.timeout ?? (values.all ? '900' : '180');
  const { setupTests } = await import('./setup.mjs');
  await setupTests({ chrome: values.chrome });
  await buildOrReport();
  await import('../test/run/register-ts.mjs');
  const { runAll } = await import('../test/run/run-all.ts');
  const { DEVICES } = await import('../test/run/device.ts');
  if (!DEVICES.includes(values.device)) {
    throw new Error(`--device ${values.device} was given; use ${DEVICES.join(', ')}`);
  }
  results.push(
    ...(await runAll({
      root: ROOT,
      only: values.only ?? (values.device === 'all' ? undefined : '\\.gpu\\.test'),
      adapter: values.adapter,
      chrome: values.chrome,
      timeoutSeconds: Number(timeout),
      log: console.log,
    })),
  );
} catch (error) {
  // If the tests cannot run at all, that is a failure too.
  const wrongOption = String(error.code).startsWith('ERR_PARSE_ARGS');
  console.log(wrongOption ? `npm test: ${error.message}` : (error.stack ?? String(error)));
  results.push({ passed: 0, failed: 1 });
}

/** A build that fails is a failed test. Most other tests are still useful. */
async function buildOrReport() {
  try {
    const { build } = await import('../build.mjs');
    await build({ quiet: true });
  } catch (error) {
    console.log(`✘ build\n    ${error.message}`);
    results.push({ file: 'build', passed: 0, failed: 1 });
  }
}

const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
const broken = results.filter((result) => result.failed > 0 && result.file !== undefined);
if (broken.length > 0)
  console.log(['Failed:', ...broken.map(({ file }) => `  ${file}`)].join('\n'));
console.log(`${passed} passed, ${failed} failed`);
// process.exit() would cut off piped output.
process.exitCode = failed === 0 ? 0 : 1;
