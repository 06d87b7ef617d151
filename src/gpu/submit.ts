import { DeviceError } from '../errors.ts';

/**
 * Finishes an encoder and submits it in an error scope, so that only the submitter gets an error.
 *
 * @param who the submitter's name in messages
 * @returns a promise that resolves when the device has accepted the work or is lost. It need not be awaited: its
 *   rejection does not count as unhandled
 * @throws DeviceError if WebGPU refuses it
 */
export function submitChecked(
  device: GPUDevice,
  encoder: GPUCommandEncoder,
  who: string,
): Promise<void> {
  device.pushErrorScope('validation');
  device.queue.submit([encoder.finish()]);
  // If the device is lost, the scope rejects; the loss is reported elsewhere.
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
