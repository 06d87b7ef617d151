// f(x), f linked from activation/*

fn element(x: vec4f, i: u32, row: u32, column4: u32) -> vec4f {
  return activate(x);
}
