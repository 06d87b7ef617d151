/**
 * Gives parsers what strangers might: `npm run fuzz [-- --seconds N --seed N --only NAME]`. Each input is
 * taken, or refused by an error with a name; whatever else is thrown, takes long or much memory is kept in
 * test/fuzz/corpus and is a failure. What is kept there is tried first.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PACKAGE_ROOT } from '../../src/cli/paths.ts';
import { GradweaveError } from '../../src/errors.ts';
import { Random } from './random.ts';
import { TARGETS, type Target } from './targets.ts';

const CORPUS = join(PACKAGE_ROOT, 'test/fuzz/corpus');
/** What no input of a kilobyte may take. */
const MOST_MS = 500;
const MOST_BYTES = 64 * 2 ** 20;

interface Outcome {
  readonly refused: boolean;
  readonly fault?: string;
}

async function attempt(target: Target, input: Uint8Array | string): Promise<Outcome> {
  const memory = process.memoryUsage().arrayBuffers;
  const begun = performance.now();
  let refused = false;
  try {
    await target.take(input);
  } catch (error) {
    refused = true;
    if (!(error instanceof GradweaveError)) return { refused, fault: String(error) };
    if (error.message.length > 2000)
      return { refused, fault: 'the message is longer than a screen' };
  }
  const took = performance.now() - begun;
  const grown = process.memoryUsage().arrayBuffers - memory;
  if (took > MOST_MS) return { refused, fault: `it took ${took.toFixed(0)} ms` };
  if (grown > MOST_BYTES) return { refused, fault: `it took ${grown} bytes` };
  return { refused };
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});

let faults = 0;
await mkdir(CORPUS, { recursive: true });
const kept = await readdir(CORPUS);
for (const target of TARGETS.filter(({ name }) => name.includes(values.only))) {
  const prefix = target.name.replaceAll(' ', '-');
  for (const file of kept.filter((name) => name.startsWith(`${prefix}.`))) {
    const { fault } = await attempt(target, await readFile(join(CORPUS, file)));
    if (fault) {
      faults++;
      console.log(`✘ ${target.name}: ${file}: ${fault}`);
    }
  }
  const random = new Random(Number(values.seed));
  const until = performance.now() + 1000 * Number(values.seconds);
  let count = 0;
  let refusals = 0;
  while (performance.now() < until && faults < 20) {
    const input = target.make(random);
    const { refused, fault } = await attempt(target, input);
    count++;
    if (refused) refusals++;
    if (!fault) continue;
    faults++;
    const file = `${prefix}.${values.seed}-${count}`;
    await writeFile(join(CORPUS, file), input);
    console.log(`✘ ${target.name}: ${fault}; kept as ${file}`);
  }
  const share = count === 0 ? 0 : (100 * refusals) / count;
  console.log(`${target.name}: ${count.toLocaleString('en')} inputs, ${share.toFixed(1)}% refused`);
}
console.log(faults === 0 ? 'no faults' : `${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
