// classShareAt for classes with weights: from loss/batch_class_shares.

@group(0) @binding(0) var<storage, read> classShares: array<vec4f>;

fn classShareAt(column4: u32) -> vec4f {
  return classShares[column4];
}
