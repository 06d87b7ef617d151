// From one factor to another: TO + (FROM − TO) · shape(v), v = (REST − step) / LENGTH from 1 to 0; TO from step REST on.

override FROM: f32;
override TO: f32;
override REST: f32;
override LENGTH: f32;

fn factor(step: u32) -> f32 {
  return TO + (FROM - TO) * shape(max(REST - f32(step), 0.0) / LENGTH);
}
