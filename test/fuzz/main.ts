/**
 * Fuzzes parsers: `npm run fuzz [-- --seconds N --seed N --only NAME --keep]`. Each input must be accepted, or
 * refused with a named error. An input that throws anything else, takes long or needs much memory is stored in
 * test/fuzz/corpus and is a failure. Stored inputs run first, and also in `npm test`. --keep also stores the
 * shortest input for each new kind of refusal.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { attempt, CORPUS, keptFor, prefixOf } from './attempt.ts';
import { Random } from './random.ts';
import { TARGETS } from './targets.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
  },
});

let faults = 0;
let total = 0;
await mkdir(CORPUS, { recursive: true });
for (const target of TARGETS.filter(({ name }) => name.includes(values.only))) {
  const known = new Set<string>();
  for (const [name, input] of await keptFor(target)) {
    const { refusal, fault } = await attempt(target, input);
    if (refusal) known.add(refusal);
    if (!fault) continue;
    faults++;
    console.log(`✘ ${target.name}: ${name}: ${fault}`);
  }
  const random = new Random(Number(values.seed));
  const until = performance.now() + 1000 * Number(values.seconds);
  const shortest = new Map<string, Uint8Array | string>();
  let count = 0;
  let refusals = 0;
  while (performance.now() < until && faults < 20) {
    const input = target.make(random);
    const { refusal, fault } = await attempt(target, input);
    count++;
    if (refusal) {
      refusals++;
      const { length } = shortest.get(refusal) ?? { length: Infinity };
      if (input.length < length) shortest.set(refusal, input);
    }
    if (!fault) continue;
    faults++;
    const file = `${prefixOf(target)}fault-${values.seed}-${count}`;
    await writeFile(join(CORPUS, file), input);
    console.log(`✘ ${target.name}: ${fault}; stored as ${file}`);
  }
  total += count;
  const share = count === 0 ? 0 : (100 * refusals) / count;
  const ways = new Set([...known, ...shortest.keys()]);
  console.log(
    `${target.name}: ${count.toLocaleString('en')} inputs, ${share.toFixed(1)}% refused, in ${ways.size} ways`,
  );
  if (!values.keep) continue;
  for (const [refusal, input] of shortest) {
    if (known.has(refusal)) continue;
    const words = refusal.replace(/[^a-z]+/gi, '-').replace(/-$/, '');
    await writeFile(join(CORPUS, `${prefixOf(target)}${words.slice(0, 60)}`), input);
  }
}
console.log(`${total.toLocaleString('en')} inputs, ${faults === 0 ? 'no' : faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
