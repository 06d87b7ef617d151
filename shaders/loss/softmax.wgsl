// The two sums behind softmax(x)_c = e^(x_c − max) / Σ_j e^(x_j − max) of a row. The maximum is taken
// out before the exponential, so that nothing overflows.

fn maximumOfRow(row: u32) -> f32 {
  var maximum = vec4f(-3.4028234e38);
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) {
    maximum = select(maximum, max(maximum, outputAt(row, c4)), isClass(c4));
  }
  return max(max(maximum.x, maximum.y), max(maximum.z, maximum.w));
}

fn sumOfRow(row: u32, maximum: f32) -> f32 {
  var sum = vec4f();
  for (var c4 = 0u; c4 < CLASS4_COUNT; c4++) {
    sum += select(vec4f(), exp(outputAt(row, c4) - maximum), isClass(c4));
  }
  return sum.x + sum.y + sum.z + sum.w;
}
