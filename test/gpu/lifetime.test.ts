import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DestroyedError } from '../../src/errors.ts';
import { Lifetime } from '../../src/gpu/lifetime.ts';

interface Life {
  readonly lifetime: Lifetime;
  readonly freed: () => number;
}

function life(name: string, owner?: Lifetime): Life {
  let count = 0;
  const free = (): void => {
    count++;
  };
  return { lifetime: new Lifetime(name, free, owner), freed: () => count };
}

const forever = (): Promise<never> => new Promise(() => {});

/** A promise that the test settles. */
function opened(): { readonly promise: Promise<string>; readonly open: () => void } {
  let open = (): void => {};
  const promise = new Promise<string>((resolve) => {
    open = () => resolve('done');
  });
  return { promise, open: () => open() };
}

async function rejected(promise: Promise<unknown>, text: string): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.instance(error, DestroyedError, String(error));
  assert.match(String(error), text);
}

test('the end rejects running work at once, and frees memory when the work has stopped', async () => {
  const { lifetime, freed } = life('trainer 1');
  const { promise, open } = opened();
  const running = lifetime.run(() => promise);
  lifetime.end();
  await rejected(running, 'trainer 1 was destroyed; make a new one');
  assert.is(freed(), 0, 'it still runs');
  open();
  await lifetime.freed;
  assert.is(freed(), 1);
});

test('without running work the end frees memory at once, and a second end does nothing', () => {
  const { lifetime, freed } = life('trainer 1');
  assert.not(lifetime.ended);
  lifetime.end();
  assert.ok(lifetime.ended);
  assert.is(freed(), 1);
  lifetime.end();
  assert.is(freed(), 1);
});

test('after the end, running, waiting and owning are refused', async () => {
  const { lifetime } = life('trainer 1');
  lifetime.end();
  assert.throws(() => lifetime.assert(), /trainer 1 was destroyed/);
  await rejected(
    lifetime.run(async () => assert.unreachable()),
    'trainer 1',
  );
  await rejected(lifetime.until(forever()), 'trainer 1');
  assert.throws(() => life('inference 1', lifetime), /trainer 1/);
});

test('work may end its own lifetime, and work that throws synchronously rejects', async () => {
  const { lifetime, freed } = life('trainer 1');
  const oops = lifetime.run(() => {
    throw new Error('oops');
  });
  assert.match(String(await oops.catch((error: unknown) => error)), 'oops');
  const own = lifetime.run(async () => {
    lifetime.end();
    assert.is(freed(), 0);
    return 1;
  });
  await rejected(own, 'trainer 1');
  await lifetime.freed;
  assert.is(freed(), 1);
});

test('an owner ends all objects that it owns, and is freed after them', async () => {
  const engine = life('engine');
  const trainer = life('trainer 1', engine.lifetime);
  const inference = life('inference 1', trainer.lifetime);
  const { promise, open } = opened();
  const running = inference.lifetime.run(() => promise);
  engine.lifetime.end();
  await rejected(
    running,
    'inference 1 has ended: trainer 1 has ended: this engine was destroyed; make a new one',
  );
  assert.throws(() => trainer.lifetime.assert(), /trainer 1 has ended: this engine was destroyed/);
  assert.equal([engine.freed(), trainer.freed(), inference.freed()], [0, 0, 0]);
  open();
  await engine.lifetime.freed;
  assert.equal([engine.freed(), trainer.freed(), inference.freed()], [1, 1, 1]);
});

test('an object that ends does not end its owner', async () => {
  const engine = life('engine');
  const trainer = life('trainer 1', engine.lifetime);
  trainer.lifetime.end();
  assert.equal([trainer.freed(), engine.freed()], [1, 0]);
  engine.lifetime.assert();
  engine.lifetime.end();
  assert.is(engine.freed(), 1);
});

test('an object that moved to another owner, or was released, does not end with the old owner', () => {
  const [first, second] = [life('engine'), life('engine')];
  const trainer = life('trainer 1', first.lifetime);
  trainer.lifetime.moveTo(second.lifetime);
  first.lifetime.end();
  assert.is(first.freed(), 1);
  trainer.lifetime.assert();
  second.lifetime.release();
  second.lifetime.end();
  assert.is(second.freed(), 1);
  trainer.lifetime.assert();
});

test('after the end, a callback that never settles is not waited for', async () => {
  const { lifetime, freed } = life('trainer 1');
  const running = lifetime.run(() => lifetime.until(forever()));
  lifetime.end();
  await rejected(running, 'trainer 1');
  await lifetime.freed;
  assert.is(freed(), 1);
});

test.run();
