// As conv/a_columns, with a row of ones below: the last row of the product A · dY is the bias gradient Σ_k dY[k].

fn rowsA(m4: u32) -> vec4u {
  return tapsAt(m4);
}

fn depthA(k4: u32) -> vec4u {
  return pixelsAt(k4);
}

fn blockA(rows: vec4u, depth: vec4u) -> mat4x4f {
  return onesAt(firstOf(rows), transpose(patchAt(depth, rows)));
}
