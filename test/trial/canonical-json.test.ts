import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { canonicalJson } from '../../src/trial/canonical-json.ts';

test('the example of RFC 8785, 3.2.2 has the text and the bytes of 3.2.3 and 3.2.4', () => {
  const text = String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`;
  const hex = [
    '7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b',
    '3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d32375d2c',
    '22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d',
  ];
  assert.is(Buffer.from(canonicalJson(JSON.parse(text))).toString('hex'), hex.join(''));
});

test('keys are sorted by UTF-16 code units, as in RFC 8785, 3.2.3', () => {
  const text = String.raw`{
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis"
  }`;
  const values = [...canonicalJson(JSON.parse(text)).matchAll(/:"([^"]+)"/g)].map(([, v]) => v);
  assert.equal(values, [
    'Carriage Return',
    'One',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji: Grinning Face',
    'Hebrew Letter Dalet With Dagesh',
  ]);
});

/** The bits of a double, and its text. */
const NUMBERS: readonly (readonly [bits: string, text: string])[] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

test('numbers are written as in RFC 8785, appendix B', () => {
  for (const [bits, text] of NUMBERS) {
    assert.is(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE()), text, bits);
  }
});

test('what JSON cannot represent is refused, with its place', () => {
  const refused = (value: unknown, message: RegExp): void =>
    assert.throws(
      () => canonicalJson(value),
      (error: Error) => error instanceof OptionError && message.test(error.message),
      String(message),
    );
  refused({ a: [1, NaN] }, /the value\.a\[1\] is NaN/);
  refused(Infinity, /is Infinity/);
  refused({ a: undefined }, /the value\.a is undefined/);
  refused(new Array(2), /the value\[0\] is undefined/);
  refused(1n, /is 1n/);
  refused({ a: new Map() }, /a Map/);
  refused(new Date(0), /a Date/);
  refused('\ud83d', /half of a surrogate pair/);
  refused({ '\ude00': 1 }, /half of a surrogate pair/);
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  refused(deep, /nested deeper than 100/);
  assert.is(canonicalJson('😀'), '"😀"');
  // An own key, as of hostile JSON.
  assert.is(canonicalJson(JSON.parse('{"__proto__":1,"a":2}')), '{"__proto__":1,"a":2}');
});

test.run();
