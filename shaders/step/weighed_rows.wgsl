// For the tick, as step/equal_rows: a row counts with the weight of its class, or not at all. From
// loss/batch_class_shares, which has written nothing before the first step, a step without rows.

override TOTALS_AT: u32;

@group(0) @binding(0) var<storage, read> batchShares: array<vec4f>;

fn batchTotals(count: u32) -> vec3f {
  return select(vec3f(), batchShares[TOTALS_AT].xyz, count > 0u);
}
