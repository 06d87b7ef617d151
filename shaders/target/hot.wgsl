// oneHot(class, column4): the elements 4·column4 … of the unit vector of a class.

fn oneHot(class_: u32, column4: u32) -> vec4f {
  return select(vec4f(), vec4f(1.0), vec4u(4u * column4) + vec4u(0u, 1u, 2u, 3u) == vec4u(class_));
}
