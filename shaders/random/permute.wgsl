// A keyed bijection of [0, n): the order of an epoch's samples without a permutation buffer.
//
// A generalised Feistel network on pairs (l, r) with x = l·b + r, 0 ≤ l < a, 0 ≤ r < b, where
// a = ⌈√n⌉ and b = ⌈n/a⌉, so a·b is at most √n above n. A value outside [0, n) is permuted
// again ("cycle walking"; Black and Rogaway, "Ciphers with Arbitrary Finite
// Domains", CT-RSA 2002, sections 3 and 5). Round keys are Philox words; the round function is
// the finaliser of MurmurHash3. Gives the same words as src/random/permute.ts.

const SHUFFLE_DOMAIN = 2u;

fn mix(x: u32) -> u32 {
  var h = x;
  h ^= h >> 16u;
  h *= 0x85ebca6bu;
  h ^= h >> 13u;
  h *= 0xc2b2ae35u;
  return h ^ (h >> 16u);
}

/// (x + y) modulo n of two numbers below n, without a division.
fn sumIn(x: u32, y: u32, n: u32) -> u32 {
  return select(x + y, x + y - n, x + y >= n);
}

/// Keys of the eight rounds: (k, q) of `permute`, for two rounds in each turn.
fn feistel(x: u32, a: u32, b: u32, k: vec4u, q: vec4u) -> u32 {
  var l = x / b;
  var r = x % b;
  // A loop instead of eight lines: on some adapters a division takes much code.
  for (var turn = 0u; turn < 4u; turn++) {
    let keys = select(k, q, turn >= 2u);
    let odd = (turn & 1u) == 1u;
    l = sumIn(l, mix(r ^ select(keys.x, keys.z, odd)) % a, a);
    r = sumIn(r, mix(l ^ select(keys.y, keys.w, odd)) % b, b);
  }
  return l * b + r;
}

/// The sample at `position` (< n) in the order of `epoch`; a and b are the sides from above.
fn permute(position: u32, n: u32, a: u32, b: u32, epoch: u32, seed: vec2u) -> u32 {
  var k: vec4u;
  var q: vec4u;
  // A loop instead of two lines: Philox takes much code.
  for (var i = 0u; i < 2u; i++) {
    k = q;
    q = philox(vec4u(epoch, i, 0u, SHUFFLE_DOMAIN), seed);
  }
  var x = position;
  loop {
    x = feistel(x, a, b, k, q);
    if (x < n) {
      break;
    }
  }
  return x;
}
