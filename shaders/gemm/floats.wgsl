// How gemm/tiled stages its operands in workgroup memory: as they are. See gemm/halves for the other way.

alias Staged = vec4f;

fn stagedA(x: vec4f) -> Staged {
  return x;
}

fn stagedB(x: vec4f) -> Staged {
  return x;
}

/// Four elements of an operand.
fn operand(x: Staged) -> vec4f {
  return x;
}

/// Keeps four sums of a slice.
fn stageSum(at: u32, sum: vec4f) {
  staged[at] = sum;
}

fn stagedSum(at: u32) -> vec4f {
  return staged[at];
}

/// Elements of the product, from their sums.
fn unscaled(sum: vec4f) -> vec4f {
  return sum;
}
