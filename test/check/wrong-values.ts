/** What a caller in JavaScript may give by mistake, by a name for messages. */
export function wrongValues(): ReadonlyMap<string, unknown> {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const detached = new Uint8Array(4);
  structuredClone(detached, { transfer: [detached.buffer] });
  const anything: object = new Proxy({}, { get: (_, key) => (key === 'then' ? undefined : 1) });
  const shared =
    typeof SharedArrayBuffer === 'function' ? new SharedArrayBuffer(8) : new ArrayBuffer(8);
  return new Map<string, unknown>([
    ['undefined', undefined],
    ['null', null],
    ['NaN', NaN],
    ['-1', -1],
    ['0', 0],
    ['1.5', 1.5],
    ['1e300', 1e300],
    ['2^53', 2 ** 53],
    ['2^45', 2 ** 45],
    ['Infinity', Infinity],
    ['a bigint', 3n],
    ['true', true],
    ['an empty text', ''],
    ['x', 'x'],
    ['a long text', 'x'.repeat(100_000)],
    ['a symbol', Symbol('s')],
    ['{}', {}],
    ['{ x, y }', { x: 1, y: 2 }],
    ['{ lr }', { lr: 1 }],
    [
      'an object of 1,000 keys',
      Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i])),
    ],
    ['an object without a prototype', Object.create(null)],
    ['[]', []],
    ['[NaN, x]', [NaN, 'x']],
    ['[undefined]', [undefined]],
    ['[[]]', [[]]],
    ['[[1], 2]', [[1], 2]],
    ['10,000 texts', Array.from({ length: 10_000 }, () => 'y')],
    ['a function', () => undefined],
    ['a class', class Thing {}],
    ['an instance', new (class Thing {})()],
    ['a Map', new Map()],
    ['a Map of symbols', new Map([[Symbol('s'), 1]])],
    ['a Set', new Set([1])],
    ['a date', new Date(0)],
    ['an error', new Error('no')],
    ['a promise', Promise.resolve(1)],
    ['an ArrayBuffer', new ArrayBuffer(8)],
    ['a DataView', new DataView(new ArrayBuffer(8))],
    ['a Float32Array', new Float32Array(400)],
    ['a Float64Array', Float64Array.of(NaN, 1)],
    ['a Uint8Array', Uint8Array.of(1, 2, 3)],
    ['a BigInt64Array', new BigInt64Array(4)],
    ['a detached array', detached],
    ['shared bytes', new Uint8Array(shared)],
    ['a proxy', new Proxy({}, {})],
    ['a proxy of a function', new Proxy(() => undefined, {})],
    ['a proxy that has anything', anything],
    ['a revoked proxy', revoked.proxy],
  ]);
}
