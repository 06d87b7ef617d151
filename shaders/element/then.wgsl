// Two elements as one: after(before(x)).

fn element(x: vec4f, i: u32, row: u32, column4: u32) -> vec4f {
  return after_element(before_element(x, i, row, column4), i, row, column4);
}

fn beginElement() {
  before_beginElement();
  after_beginElement();
}
