import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Collected, toResult, withoutBullets } from './results.ts';

/** The counts of a file whose suites came to this. */
function counts(collected: Collected | null, trouble = ''): string {
  const { passed, failed, report } = toResult('a.test.ts', 1, collected, trouble, '');
  assert.is(report === '', failed === 0, 'a failure has a report, a success has none');
  return `${passed} passed, ${failed} failed`;
}

const sum = (ran: number, total: number, given: Partial<Collected> = {}): Collected => ({
  ran,
  total,
  skipped: 0,
  errors: '',
  ...given,
});

test('a file all of whose tests ran has passed', () => {
  assert.is(counts(sum(3, 3)), '3 passed, 0 failed');
});

test('each test that failed counts', () => {
  assert.is(counts(sum(1, 3, { errors: 'FAIL "x"' })), '1 passed, 2 failed');
});

test('tests that a throwing hook kept from running count as failed', () => {
  assert.is(counts(sum(0, 3)), '0 passed, 3 failed');
});

test('silence is a failure', () => {
  assert.is(counts(sum(0, 0)), '0 passed, 1 failed');
  assert.is(counts(null, 'Its process ended.'), '0 passed, 1 failed');
});

test('skipped tests count as failed', () => {
  assert.is(counts(sum(2, 2, { skipped: 1 })), '2 passed, 1 failed');
});

test('trouble after all tests have passed is a failure', () => {
  assert.is(counts(sum(2, 2), 'Uncaught in the page'), '2 passed, 1 failed');
});

test('what uvu prints while it runs is left out, what the tests print is kept', () => {
  assert.is(withoutBullets('\u001b[90m• \u001b[39mhello\n✘   (1 / 2)\n'), 'hello');
});

test.run();
