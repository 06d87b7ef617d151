// dx[R,C] = f′ ⊙ dy, with f′ from y = f(x); linked from activation/*

@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> y: array<vec4f>;

fn elementAt(i: u32, row: u32, column4: u32) -> vec4f {
  return activateGradient(dy[i], y[i]);
}
