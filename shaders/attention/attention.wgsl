// Causal self-attention of each head, from qkv[SAMPLES · TIME, 3 · WIDTH], whose thirds are queries, keys and values:
//   y[t] = Σ_{s ≤ t} e^(score(t, s) − L[t]) · v[s],  score(t, s) = SCALE · q[t] · k[s],  L[t] = log Σ_{s ≤ t} e^score(t, s)
// Scores stay in registers: keys come one after another, and what was summed before is scaled down if a key has the largest
// score so far (Milakov and Gimelshein 2018; Dao et al. 2022). An invocation has QUERIES neighbouring positions of one head.
// Grid: x covers the positions of all samples, y the heads. Linked: qkv_fourAt, the outputs' writeFour, and writeSum of L.

override QUERIES: u32;
override SCALE: f32;
override QUERY_GROUPS = (TIME + QUERIES - 1u) / QUERIES;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x == 0u && id.y == 0u) {
    clearBelow();
    clearSumsBelow();
  }
  if (id.x >= SAMPLES * QUERY_GROUPS) {
    return;
  }
  let begin = id.x / QUERY_GROUPS * TIME;
  let first = id.x % QUERY_GROUPS * QUERIES;
  let column = id.y * HEAD;
  // Beyond the last position an invocation computes it again, and does not store it.
  var query: array<vec4f, QUERIES * HEAD4>;
  for (var r = 0u; r < QUERIES; r++) { // unroll
    for (var e = 0u; e < HEAD4; e++) { // unroll
      query[r * HEAD4 + e] = qkv_fourAt(begin + min(first + r, TIME - 1u), column, e) * SCALE;
    }
  }
  var value: array<vec4f, QUERIES * HEAD4>;
  var maximum: array<f32, QUERIES>;
  var total: array<f32, QUERIES>;
  // Explicitly: the linker takes what is assigned in one place for a constant, and see src/gpu/registers.ts on loops.
  for (var r = 0u; r < QUERIES; r++) { // unroll
    maximum[r] = 0.0;
    total[r] = 0.0;
    for (var e = 0u; e < HEAD4; e++) { // unroll
      value[r * HEAD4 + e] = vec4f();
    }
  }
  let end = min(first + QUERIES, TIME);
  for (var s = 0u; s < end; s++) {
    var products: array<vec4f, QUERIES>;
    for (var r = 0u; r < QUERIES; r++) { // unroll
      products[r] = vec4f();
    }
    for (var e = 0u; e < HEAD4; e++) { // unroll
      let key = qkv_fourAt(begin + s, WIDTH + column, e);
      for (var r = 0u; r < QUERIES; r++) { // unroll
        products[r] += query[r * HEAD4 + e] * key;
      }
    }
    var shrink: array<f32, QUERIES>;
    var share: array<f32, QUERIES>;
    for (var r = 0u; r < QUERIES; r++) { // unroll
      let score = sumOfFour(products[r]);
      let isSeen = s <= first + r;
      let before = select(maximum[r], score, s == 0u);
      let now = select(before, max(before, score), isSeen);
      shrink[r] = exp(before - now);
      share[r] = select(0.0, exp(score - now), isSeen);
      maximum[r] = now;
      total[r] = total[r] * shrink[r] + share[r];
    }
    for (var e = 0u; e < HEAD4; e++) { // unroll
      let own = qkv_fourAt(begin + s, 2u * WIDTH + column, e);
      for (var r = 0u; r < QUERIES; r++) { // unroll
        value[r * HEAD4 + e] = value[r * HEAD4 + e] * shrink[r] + own * share[r];
      }
    }
  }
  for (var r = 0u; r < QUERIES; r++) { // unroll
    if (first + r < TIME) {
      let row = begin + first + r;
      for (var e = 0u; e < HEAD4; e++) { // unroll
        writeFour(row, column, e, value[r * HEAD4 + e] / total[r]);
      }
      if (id.y == HEADS - 1u) {
        clearBeside(row);
      }
      writeSum(row, id.y, maximum[r] + log(total[r]));
    }
  }
}
