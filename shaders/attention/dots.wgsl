// [R, HEADS]: the product of dy and y over the columns of each head, which is Σ_s p(t, s) · dL/dp(t, s).

fn dotOf(row: u32, head: u32) -> f32 {
  var sum = vec4f();
  for (var e = 0u; e < HEAD4; e++) {
    sum += slope_fourAt(row, head * HEAD, e) * output_fourAt(row, head * HEAD, e);
  }
  return sumOfFour(sum);
}

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  let head = min(4u * column4 + vec4u(0u, 1u, 2u, 3u), vec4u(HEADS - 1u));
  return vec4f(dotOf(row, head.x), dotOf(row, head.y), dotOf(row, head.z), dotOf(row, head.w));
}
