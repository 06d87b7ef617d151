// For the tick: each valid row of the batch counts 1.
//   totals = (Σ of the weights of the rows that count, these rows, the sum over the number of valid rows)

fn batchTotals(count: u32) -> vec3f {
  return vec3f(vec2f(f32(count)), 1.0);
}
