// After a change of the base rate: computes anew what the tick has prepared for this step.
//   learningRate = baseRate, which a schedule's prepare multiplies by its factor (linked: prepare)

@group(0) @binding(0) var<storage, read_write> ticking: Clock;

@compute @workgroup_size(1)
fn main() {
  ticking.learningRate = ticking.baseRate;
  prepare(ticking.step);
}
