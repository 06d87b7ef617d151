import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError, OptionError } from '../../src/errors.ts';
import type { TaskEvent } from '../../src/harness/protocol.ts';
import { openJob } from '../../src/harness/tasks/job.ts';
import { createTrainer, runTrainer } from '../../src/harness/tasks/run-trainer.ts';
import { settingsOf } from '../../src/harness/tasks/settings.ts';
import { decodeText } from '../../src/harness/tasks/text.ts';
import { rejects, withSharedEngine } from '../gpu/helpers.ts';

const text = 'A rose is a rose is a rose.\n'.repeat(30);

test('a transformer learns from a text, and writes after each epoch', () =>
  withSharedEngine(async (engine) => {
    const events: TaskEvent[] = [];
    const emit = (event: TaskEvent): void => void events.push(event);
    const options = new URLSearchParams(
      'model=transformer&length=8&stride=24&batch-size=8&epochs=2&sample=5&family=portable',
    );
    const given = { text: { name: 'roses', text } };
    const job = await openJob(options, settingsOf(options), emit, given);
    const trainer = await createTrainer(engine, job);
    try {
      const outcome = await runTrainer(trainer, job, emit);
      const of = (type: TaskEvent['type']) => events.filter((event) => event.type === type);
      const [data, ...more] = of('dataset');
      assert.equal(more, []);
      assert.equal(data, {
        ...{ type: 'dataset', name: 'roses', synthetic: false, of: 'characters' },
        ...{ train: 756, test: 84 },
      });
      const [first, second] = outcome.history;
      // Of ten characters, all equally likely at first.
      assert.ok(first.train.loss < 1.1 * Math.log(10), `${first.train.loss}`);
      assert.ok(second.train.loss < first.train.loss);
      assert.ok((outcome.test.accuracy ?? 0) > 0.1);
      const written = of('written').map((event) => (event.type === 'written' ? event.text : ''));
      assert.is(written.length, 2);
      assert.is(written[1], outcome.written);
      assert.ok(
        written.every((one) => [...one].length === 5 && [...one].every((c) => text.includes(c))),
      );
    } finally {
      trainer.destroy();
    }
  }));

test('texts and options that do not fit are refused by name', async () => {
  const open = async (query: string, given: string) => {
    const options = new URLSearchParams(`model=transformer&${query}`);
    const data = { text: { name: 'roses', text: given } };
    return openJob(options, settingsOf(options), () => {}, data);
  };
  await rejects(open('', 'short'), DataError, 65);
  await rejects(open('prompt=Z', text), OptionError, 'prompt has "Z", which is not in roses');
  await rejects(open('text=here', text), OptionError, 'text=here was given; use auto or served');
  await rejects(open('sample=-1', text), OptionError, 'sample=-1 was given');
  assert.throws(() => decodeText(Uint8Array.of(255), 'a.txt'), /a\.txt is not text in UTF-8/);
  assert.is(decodeText(new TextEncoder().encode('\ufeffé'), 'a.txt'), 'é');
  // The built-in text is long enough.
  const options = new URLSearchParams('model=transformer');
  const job = await openJob(options, settingsOf(options), () => {});
  assert.ok(job.data === 'text' && job.text.data.train.tokens.length > 5000);
});

test.run();
