// biasAt for a layer without a bias.

fn biasAt(n4: u32) -> vec4f {
  return vec4f();
}
