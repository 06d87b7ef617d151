// The adapter's peak arithmetic speed: CHAINS sums per invocation, each with STEPS multiply-adds and no
// reads from memory. 2 · CHAINS · STEPS · 4 floating-point operations per invocation.

override CHAINS: u32;
override STEPS: u32;

@group(0) @binding(0) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  // Not constants, which a compiler could fold, and not values that grow.
  let factor = vec4f(0.999 + f32(id.x & 3u) * 1e-6);
  let addend = vec4f(f32(id.x & 7u) * 1e-3);
  var chain: array<vec4f, CHAINS>;
  for (var c = 0u; c < CHAINS; c++) { // unroll
    chain[c] = vec4f(f32(c));
  }
  for (var step = 0u; step < STEPS; step += 16u) {
    for (var turn = 0u; turn < 16u; turn++) { // unroll
      for (var c = 0u; c < CHAINS; c++) { // unroll
        chain[c] = chain[c] * factor + addend;
      }
    }
  }
  var total = vec4f();
  for (var c = 0u; c < CHAINS; c++) { // unroll
    total += chain[c];
  }
  sums[id.x] = total;
}
