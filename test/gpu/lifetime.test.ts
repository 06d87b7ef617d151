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

/** A promise that is settled from outside. */
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

test('the end rejects what runs at once, and frees when it is over', async () => {
  const { lifetime, freed } = life('trainer 1');
  const { promise, open } = opened();
  const running = lifetime.run(() => promise);
  lifetime.end();
  await rejected(running, 'this trainer 1 was destroyed; make a new one');
  assert.is(freed(), 0, 'it still runs');
  open();
  await lifetime.freed;
  assert.is(freed(), 1);
});

test('with nothing running the end frees at once, and a second end does nothing', () => {
  const { lifetime, freed } = life('trainer 1');
  assert.not(lifetime.ended);
  lifetime.end();
  assert.ok(lifetime.ended);
  assert.is(freed(), 1);
  lifetime.end();
  assert.is(freed(), 1);
});

test('after the end nothing runs, is waited for or owned', async () => {
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

test('what runs may end its own life, and work that throws at once rejects', async () => {
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

test('an owner ends all that it owns, and is freed after them', async () => {
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

test('what ends before its owner leaves it as it is', async () => {
  const engine = life('engine');
  const trainer = life('trainer 1', engine.lifetime);
  trainer.lifetime.end();
  assert.equal([trainer.freed(), engine.freed()], [1, 0]);
  engine.lifetime.assert();
  engine.lifetime.end();
  assert.is(engine.freed(), 1);
});

test('what has moved to another owner, or was released, goes on', () => {
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

test('a callback that never ends is not waited for after the end', async () => {
  const { lifetime, freed } = life('trainer 1');
  const running = lifetime.run(() => lifetime.until(forever()));
  lifetime.end();
  await rejected(running, 'trainer 1');
  await lifetime.freed;
  assert.is(freed(), 1);
});

test.run();
