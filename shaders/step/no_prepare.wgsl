// prepare for the tick: nothing of the optimizer depends on the step.

fn prepare(step: u32) {
}
