// Blocks of A[M,K], A[m,k] = 1 if the token of row k is m, else 0: the unit vectors of the tokens, transposed. So A · dY is the
// gradient of a table, the sum of the rows of dY for each token, in a fixed order.

fn rowsA(m4: u32) -> vec4u {
  return 4u * m4 + vec4u(0u, 1u, 2u, 3u);
}

fn depthA(k4: u32) -> vec4u {
  let row = 4u * k4;
  return vec4u(batchToken(row), batchToken(row + 1u), batchToken(row + 2u), batchToken(row + 3u));
}

fn unitAt(tokens: vec4u, token: u32) -> vec4f {
  return select(vec4f(), vec4f(1.0), tokens == vec4u(token));
}

fn blockA(rows: vec4u, depth: vec4u) -> mat4x4f {
  return mat4x4f(
    unitAt(depth, rows.x),
    unitAt(depth, rows.y),
    unitAt(depth, rows.z),
    unitAt(depth, rows.w)
  );
}
