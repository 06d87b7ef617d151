// f′ ⊙ dy, with f′ from y = f(x); f′ is linked from activation/*

fn element(dy: vec4f, i: u32, row: u32, column4: u32) -> vec4f {
  return activateGradient(dy, savedAt(i));
}
