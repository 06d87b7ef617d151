// The first moment, in the layout of the parameters: the momentum, or Adam's m.

@group(0) @binding(0) var<storage, read_write> moment1: array<vec4f>;
