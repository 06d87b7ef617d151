// An optimizer's step with a gradient that is accumulated first, in the same dispatch: element/accumulate is linked as
// gradient_*, and the step of optimizer/every as mean_*.

fn beginOptimize() {
  gradient_beginElement();
  mean_beginOptimize();
}

fn optimize(i: u32, gradient: vec4f) {
  mean_optimize(i, gradient_element(gradient, i, 0u, 0u));
}
