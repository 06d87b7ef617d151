import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Host } from '../../src/bench/host.ts';
import type { TaskEvent } from '../../src/harness/protocol.ts';
import { paper } from '../../src/harness/tasks/paper.ts';
import type { PaperResults } from '../../src/paper/results.ts';

const SMALL = 'epochs=1&train-limit=300';

/** Keeps units as the command does, until it has so many. */
function hostWith(kept: Map<string, string>, most: number): Host {
  return async (request) => {
    if (request.kind === 'kept') return JSON.parse(kept.get(request.run) ?? 'null');
    if (request.kind !== 'keep') throw new Error(request.kind);
    if (kept.size === most) throw new Error('the command was ended');
    kept.set(request.run, JSON.stringify(request.value));
    return null;
  };
}

async function results(
  seeds: number,
  host?: Host,
): Promise<{ readonly value: PaperResults; readonly notes: readonly string[] }> {
  const notes: string[] = [];
  const emit = (event: TaskEvent): void => {
    if (event.type === 'note') notes.push(event.text);
  };
  globalThis.gradweaveHost = host;
  try {
    const value = await paper(new URLSearchParams(`${SMALL}&seeds=${seeds}`), emit);
    return { value: value as PaperResults, notes };
  } finally {
    globalThis.gradweaveHost = undefined;
  }
}

/** What does not depend on the clock on the wall. */
const timeless = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, inner) =>
      ['seconds', 'date', 'together'].includes(key) ? undefined : inner,
    ),
  );

test('a report of several seeds that was ended resumes with the next model', async () => {
  const kept = new Map<string, string>();
  try {
    await results(2, hostWith(kept, 3));
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'was ended');
  }
  assert.is(kept.size, 3);
  const resumed = await results(2, hostWith(kept, 100));
  assert.is(kept.size, 7);
  assert.equal(resumed.notes, [
    'Model 1, mean squared error, seeds 1 to 2: already done by an earlier start',
    'Model 1, cross-entropy, seeds 1 to 2: already done by an earlier start',
    'Model 2, mean squared error, seeds 1 to 2: already done by an earlier start',
  ]);
  const { classifiers } = resumed.value;
  assert.is(classifiers.length, 12);
  assert.ok(classifiers.every(({ together }) => together === 2));
  // With other seeds nothing of it is used, and the first seed has the same numbers.
  const single = await results(1, hostWith(kept, 100));
  assert.equal(single.notes, []);
  const firsts = classifiers.filter(({ seed }) => seed === 1);
  assert.equal(timeless(firsts), timeless(single.value.classifiers));
  const { confusion, ankleBoot, reconstructions } = resumed.value;
  const own = single.value;
  assert.equal(
    timeless({ confusion, ankleBoot, reconstructions }),
    timeless({
      confusion: own.confusion,
      ankleBoot: own.ankleBoot,
      reconstructions: own.reconstructions,
    }),
  );
  assert.equal(timeless(resumed.value.autoencoders[0]), timeless(own.autoencoders[0]));
});

test.run();
