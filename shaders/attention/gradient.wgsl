// The gradient of attention/attention by qkv, from dy, the logarithms of its sums L, and D[t] = dy[t] · y[t] of each head. With
// the probability p(t, s) = e^(score(t, s) − L[t]), computed again, and its slope g(t, s) = SCALE · p(t, s) · (dy[t] · v[s] − D[t]):
//   dq[t] = Σ_{s ≤ t} g(t, s) · k[s],  dk[s] = Σ_{t ≥ s} g(t, s) · q[t],  dv[s] = Σ_{t ≥ s} p(t, s) · dy[t]
// An invocation has QUERIES neighbouring positions of one head: first as queries, then as keys, so that all have as much to do.
// Sums are in the order of the positions. Grid and linked parts as of attention/attention. Sums in loops begin explicitly
// at 0, see src/gpu/registers.ts.

override QUERIES: u32;
override SCALE: f32;
override QUERY_GROUPS = (TIME + QUERIES - 1u) / QUERIES;
override SUM_COLUMNS4: u32;

/// L and D, [R, HEADS].
@group(0) @binding(0) var<storage, read> logSums: array<f32>;
@group(0) @binding(1) var<storage, read> dots: array<f32>;

fn sumAt(row: u32, head: u32) -> u32 {
  return 4u * row * SUM_COLUMNS4 + head;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x == 0u && id.y == 0u) {
    clearBelow();
  }
  if (id.x >= SAMPLES * QUERY_GROUPS) {
    return;
  }
  let begin = id.x / QUERY_GROUPS * TIME;
  let first = id.x % QUERY_GROUPS * QUERIES;
  let column = id.y * HEAD;
  let end = min(first + QUERIES, TIME);
  var query: array<vec4f, QUERIES * HEAD4>;
  var slope: array<vec4f, QUERIES * HEAD4>;
  var logSum: array<f32, QUERIES>;
  var dot: array<f32, QUERIES>;
  for (var r = 0u; r < QUERIES; r++) { // unroll
    let queryRow = begin + min(first + r, TIME - 1u);
    logSum[r] = logSums[sumAt(queryRow, id.y)];
    dot[r] = dots[sumAt(queryRow, id.y)];
    for (var e = 0u; e < HEAD4; e++) { // unroll
      query[r * HEAD4 + e] = qkv_fourAt(queryRow, column, e) * SCALE;
      slope[r * HEAD4 + e] = slope_fourAt(queryRow, column, e);
    }
  }
  var dQuery: array<vec4f, QUERIES * HEAD4>;
  for (var s = 0u; s < end; s++) {
    var products: array<vec4f, QUERIES>;
    var changes: array<vec4f, QUERIES>;
    for (var r = 0u; r < QUERIES; r++) { // unroll
      products[r] = vec4f();
      changes[r] = vec4f();
    }
    for (var e = 0u; e < HEAD4; e++) { // unroll
      let otherKey = qkv_fourAt(begin + s, WIDTH + column, e);
      let otherValue = qkv_fourAt(begin + s, 2u * WIDTH + column, e);
      for (var r = 0u; r < QUERIES; r++) { // unroll
        products[r] += query[r * HEAD4 + e] * otherKey;
        changes[r] += slope[r * HEAD4 + e] * otherValue;
      }
    }
    var g: array<f32, QUERIES>;
    for (var r = 0u; r < QUERIES; r++) { // unroll
      let share = select(0.0, exp(sumOfFour(products[r]) - logSum[r]), s <= first + r);
      g[r] = share * (sumOfFour(changes[r]) - dot[r]) * SCALE;
    }
    for (var e = 0u; e < HEAD4; e++) { // unroll
      let keyAgain = qkv_fourAt(begin + s, WIDTH + column, e);
      for (var r = 0u; r < QUERIES; r++) { // unroll
        dQuery[r * HEAD4 + e] += keyAgain * g[r];
      }
    }
  }
  var key: array<vec4f, QUERIES * HEAD4>;
  var value: array<vec4f, QUERIES * HEAD4>;
  for (var r = 0u; r < QUERIES; r++) { // unroll
    let keyRow = begin + min(first + r, TIME - 1u);
    for (var e = 0u; e < HEAD4; e++) { // unroll
      key[r * HEAD4 + e] = qkv_fourAt(keyRow, WIDTH + column, e);
      value[r * HEAD4 + e] = qkv_fourAt(keyRow, 2u * WIDTH + column, e);
    }
  }
  var dKey: array<vec4f, QUERIES * HEAD4>;
  var dValue: array<vec4f, QUERIES * HEAD4>;
  for (var t = first; t < TIME; t++) {
    let otherSum = logSums[sumAt(begin + t, id.y)];
    let otherDot = dots[sumAt(begin + t, id.y)];
    var scores: array<vec4f, QUERIES>;
    var slopes: array<vec4f, QUERIES>;
    for (var r = 0u; r < QUERIES; r++) { // unroll
      scores[r] = vec4f();
      slopes[r] = vec4f();
    }
    for (var e = 0u; e < HEAD4; e++) { // unroll
      let otherQuery = qkv_fourAt(begin + t, column, e) * SCALE;
      let otherSlope = slope_fourAt(begin + t, column, e);
      for (var r = 0u; r < QUERIES; r++) { // unroll
        scores[r] += key[r * HEAD4 + e] * otherQuery;
        slopes[r] += value[r * HEAD4 + e] * otherSlope;
      }
    }
    var shares: array<f32, QUERIES>;
    var keySlope: array<f32, QUERIES>;
    for (var r = 0u; r < QUERIES; r++) { // unroll
      shares[r] = select(0.0, exp(sumOfFour(scores[r]) - otherSum), first + r <= t);
      keySlope[r] = shares[r] * (sumOfFour(slopes[r]) - otherDot) * SCALE;
    }
    for (var e = 0u; e < HEAD4; e++) { // unroll
      let queryAgain = qkv_fourAt(begin + t, column, e);
      let slopeAgain = slope_fourAt(begin + t, column, e);
      for (var r = 0u; r < QUERIES; r++) { // unroll
        dKey[r * HEAD4 + e] += queryAgain * keySlope[r];
        dValue[r * HEAD4 + e] += slopeAgain * shares[r];
      }
    }
  }
  for (var r = 0u; r < QUERIES; r++) { // unroll
    if (first + r < TIME) {
      let row = begin + first + r;
      for (var e = 0u; e < HEAD4; e++) { // unroll
        writeFour(row, column, e, dQuery[r * HEAD4 + e]);
        writeFour(row, WIDTH + column, e, dKey[r * HEAD4 + e]);
        writeFour(row, 2u * WIDTH + column, e, dValue[r * HEAD4 + e]);
      }
      if (id.y == HEADS - 1u) {
        clearBeside(row);
      }
    }
  }
}
