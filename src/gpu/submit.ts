import { DeviceError } from '../errors.ts';

/**
 * Finishes an encoder and submits it inside of an error scope, so that a refusal is the submitter's alone.
 *
 * @param who what messages call the submitter
 * @returns settled when the device has taken it, or is lost; rejections that nobody awaits are no fault
 * @throws DeviceError if WebGPU refuses it
 */
export function submitChecked(
  device: GPUDevice,
  encoder: GPUCommandEncoder,
  who: string,
): Promise<void> {
  device.pushErrorScope('validation');
  device.queue.submit([encoder.finish()]);
  // The scope fails with the device, which says so itself.
  const taken = device.popErrorScope().then(
    (error) => {
      if (!error) return;
      throw new DeviceError(
        `WebGPU refused what ${who} submitted: ${error.message.split('\n')[0]} Check whether a buffer that it was given was destroyed`,
      );
    },
    () => {},
  );
  taken.catch(() => {});
  return taken;
}
