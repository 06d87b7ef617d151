// The shape of causal self-attention: SAMPLES of TIME positions, and HEADS heads of HEAD columns each.

override SAMPLES: u32;
override TIME: u32;
override HEADS: u32;
override HEAD: u32;
override HEAD4 = (HEAD + 3u) / 4u;
override WIDTH = HEADS * HEAD;

fn sumOfFour(x: vec4f) -> f32 {
  return x.x + x.y + x.z + x.w;
}
