// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw,
// "Parallel Random Numbers: As Easy as 1, 2, 3" (SC 2011): ten rounds of
//   (x0, x1, x2, x3) -> (hi(M1·x2) ^ x1 ^ k0, lo(M1·x2), hi(M0·x0) ^ x3 ^ k1, lo(M0·x0))
// with the Weyl constants added to the key between rounds. Gives the same words as
// src/random/philox.ts.

/// The full 64-bit product a·b as (high, low), from 16-bit halves: WGSL has no wide multiply.
fn multiplyWide(a: u32, b: u32) -> vec2u {
  let aLow = a & 0xffffu;
  let aHigh = a >> 16u;
  let bLow = b & 0xffffu;
  let bHigh = b >> 16u;
  let lowHigh = aLow * bHigh;
  let highLow = aHigh * bLow;
  let middle = ((aLow * bLow) >> 16u) + (lowHigh & 0xffffu) + highLow;
  return vec2u(aHigh * bHigh + (lowHigh >> 16u) + (middle >> 16u), a * b);
}

fn philox(counter: vec4u, key: vec2u) -> vec4u {
  var x = counter;
  var k = key;
  for (var round = 0u; round < 10u; round++) {
    let p = multiplyWide(0xD2511F53u, x.x);
    let q = multiplyWide(0xCD9E8D57u, x.z);
    x = vec4u(q.x ^ x.y ^ k.x, q.y, p.x ^ x.w ^ k.y, p.y);
    k += vec2u(0x9E3779B9u, 0xBB67AE85u);
  }
  return x;
}
