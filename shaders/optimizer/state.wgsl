// A state that the optimizer keeps of each parameter, in the layout of the parameters, such as Adam's m. The linker gives
// it the name that the optimizer's own file uses.

@group(0) @binding(0) var<storage, read_write> optimizerState: array<vec4f>;
