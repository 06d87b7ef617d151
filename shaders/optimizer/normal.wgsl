// Replaces subnormal numbers by 0, as WGSL allows in every operation (section 15.7). If a weight's
// gradient stays 0, its moments decay until they are subnormal. On some processors each operation with
// subnormal numbers takes many times as long.

fn normal(x: vec4f) -> vec4f {
  return select(x, vec4f(), abs(x) < vec4f(1.1754944e-38));
}
