// x, at least −LARGEST and at most LARGEST: torch.nn.utils.clip_grad_value_.

override LARGEST: f32;

fn element(x: vec4f, i: u32, row: u32, column4: u32) -> vec4f {
  return clamp(x, vec4f(-LARGEST), vec4f(LARGEST));
}
