import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { pointsOf } from '../../src/harness/join/curve.ts';
import { invitationOf } from '../../src/harness/join/invitation.ts';
import type { FromThread, ToThread } from '../../src/harness/join/messages.ts';
import { Shift } from '../../src/harness/join/shift.ts';
import type { WorkerOutcome } from '../../src/harness/tasks/worker/news.ts';

const PAGE = 'http://127.0.0.1:8791/harness.html';
const TOKEN = 'a-token-for-tests';

test('an address invites to a server, with the token in its fragment', () => {
  const own = invitationOf(new URL(`${PAGE}?worker#token=${TOKEN}`));
  assert.equal([own.server.href, own.token, own.own], ['http://127.0.0.1:8791/', TOKEN, true]);
  const other = invitationOf(new URL(`${PAGE}?worker=https://sweep.example.org`));
  assert.is(other.server.href, 'https://sweep.example.org/');
  assert.equal([other.token, other.own], [undefined, false]);
  // Another port is another server.
  const near = `${PAGE}?worker=http://127.0.0.1:8792`;
  assert.is(invitationOf(new URL(near)).own, false);
});

test('odd addresses and tokens are refused', () => {
  for (const [query, text] of [
    ['?worker=javascript:alert(1)', /http/],
    ['?worker=data:text/html,x', /http/],
    ['?worker=http://me:secret@sweep.example.org', /name and password/],
    ['?worker=http://sweep.example.org/?token=x', /follows/],
    ['?worker#token=short', /8 to 512/],
    ['?worker#token=has%20a%20space', /8 to 512/],
  ] as const) {
    const odd = new URL(`${PAGE}${query}`);
    assert.throws(
      () => invitationOf(odd),
      (error: Error) => error instanceof OptionError && text.test(error.message),
    );
  }
  const secure = new URL('https://page.example.org/harness.html?worker=http://192.168.1.2:8791');
  assert.throws(() => invitationOf(secure), /only speak to a server on https/);
  const local = new URL('https://page.example.org/harness.html?worker=http://127.0.0.1:8791');
  assert.is(invitationOf(local).server.port, '8791');
});

test('a curve goes from left to right, and its largest loss is at the top', () => {
  const points = pointsOf(
    [
      { at: 0, loss: 2 },
      { at: 1, loss: 1 },
      { at: 2, loss: 0 },
    ],
    2,
  );
  assert.is(points, '6.0,6.0 300.0,60.0 594.0,114.0');
  assert.is(pointsOf([], 3), '');
});

/** A thread that tests speak for. */
class StubThread {
  onmessage: ((event: { data: FromThread }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  readonly heard: ToThread[] = [];
  ended = false;

  postMessage(message: ToThread): void {
    this.heard.push(message);
  }

  terminate(): void {
    this.ended = true;
  }

  say(data: FromThread): void {
    if (!this.ended) this.onmessage?.({ data });
  }

  end(why: WorkerOutcome['why'], done = 0): void {
    const counts = { done, pruned: 0, failed: 0, lost: 0, stopped: why === 'stopped' ? 1 : 0 };
    this.say({ kind: 'ended', outcome: { why, counts, seconds: 1 } });
  }

  get kinds(): string[] {
    return this.heard.map(({ kind }) => kind);
  }
}

function shiftOf(trials = Infinity) {
  const threads: StubThread[] = [];
  const said: string[] = [];
  const ends: unknown[] = [];
  const released: string[] = [];
  const shift = new Shift({
    ...{ server: new URL(PAGE), token: TOKEN, name: 'test', trials },
    view: { event: () => {}, say: (text) => said.push(text) },
    onEnd: (error) => ends.push(error),
    release: ({ id }) => released.push(id),
    thread: () => {
      threads.push(new StubThread());
      return threads[threads.length - 1] as unknown as Worker;
    },
  });
  return { shift, threads, said, ends, released };
}

test('a shift stops when the trial is given back, and at a second call at once', () => {
  const kept = shiftOf();
  kept.shift.resume();
  kept.shift.stop('Stopped.');
  assert.equal(kept.threads[0].kinds, ['start', 'stop']);
  assert.equal(kept.ends, []);
  kept.threads[0].end('stopped');
  assert.equal([kept.ends.length, kept.said.at(-1), kept.threads[0].ended], [1, 'Stopped.', true]);
  assert.equal(kept.released, []);

  const hasty = shiftOf();
  hasty.shift.resume();
  hasty.threads[0].say({ kind: 'held', leases: [{ id: 'one', lease: 'l' }] });
  hasty.shift.stop('Stopped.');
  hasty.shift.stop('Stopped.');
  assert.equal([hasty.ends.length, hasty.threads[0].ended], [1, true]);
  assert.equal(hasty.released, ['one']);
});

test('a page that is closed gives back what it holds, and nothing that it has given back', () => {
  const { shift, threads, released, ends } = shiftOf();
  shift.resume();
  threads[0].say({
    kind: 'held',
    leases: [
      { id: 'one', lease: 'l' },
      { id: 'two', lease: 'm' },
    ],
  });
  threads[0].say({ kind: 'held', leases: [{ id: 'two', lease: 'm' }] });
  shift.leave();
  shift.leave();
  assert.equal(released, ['two']);
  assert.is(ends.length, 1);
});

test('a pause gives the trial back, and another thread goes on with what is left', () => {
  const { shift, threads, said, ends } = shiftOf(5);
  shift.pause('Paused on battery.');
  assert.is(threads.length, 0);
  shift.resume();
  shift.pause('Paused on battery.');
  threads[0].end('stopped', 2);
  assert.is(said.at(-1), 'Paused on battery.');
  shift.resume();
  const [start] = threads[1].heard;
  assert.is(start.kind === 'start' && start.run.trials, 3);
  // It is resumed before the thread has ended.
  shift.pause('Paused on battery.');
  shift.resume();
  threads[1].end('stopped', 1);
  assert.is(threads.length, 3);
  threads[2].end('trials', 2);
  assert.equal(ends, [undefined]);
  // After the end nothing begins again.
  shift.resume();
  assert.is(threads.length, 3);
});

test('a shift ends with the sweep, and with errors', () => {
  const over = shiftOf();
  over.shift.resume();
  over.threads[0].end('over', 1);
  assert.match(over.said.at(-1) ?? '', 'over');
  const failed = shiftOf();
  failed.shift.resume();
  failed.threads[0].say({ kind: 'failed', error: { name: 'TokenError', message: 'wrong' } });
  assert.is((failed.ends[0] as Error).name, 'TokenError');
  const broken = shiftOf();
  broken.shift.resume();
  broken.threads[0].onerror?.({ message: '' });
  assert.is((broken.ends[0] as Error).name, 'WorkerError');
});

test.run();
