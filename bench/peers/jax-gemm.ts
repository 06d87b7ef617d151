/** Products of matrices in jax-js. */
import { blockUntilReady, type Device, defaultDevice, jit, numpy as np } from '@jax-js/jax';
import type { GemmPeer, Layout } from '../../src/bench/peer.ts';

/**
 * Steps between two waits for the device. Without waits, jax-js's queue grows without limit, and with it
 * the time of a step. Every 10 steps was the fastest that was tried.
 */
export const WAIT_EVERY = 10;

/** A product as one jitted function. The library may fuse the transposition. */
export function jaxGemm(layout: Layout, n: number, values: Float32Array, device: Device): GemmPeer {
  defaultDevice(device);
  const a = np.array(values, { shape: [n, n], device });
  const b = np.array(values, { shape: [n, n], device });
  const multiply = jit((left: np.Array, right: np.Array) =>
    np.matmul(
      layout === 'TN' ? np.transpose(left) : left,
      layout === 'NT' ? np.transpose(right) : right,
    ),
  );
  const once = (): np.Array => multiply(a.ref, b.ref) as np.Array;
  return {
    run: async (count) => {
      defaultDevice(device);
      let products: np.Array[] = [];
      for (let i = 1; i <= count; i++) {
        products.push(once());
        if (i % WAIT_EVERY !== 0 && i !== count) continue;
        // Keep all until here: a product that is disposed early is never computed.
        await Promise.all(products.map((product) => blockUntilReady(product)));
        for (const product of products) product.dispose();
        products = [];
      }
    },
    row: async () => Float32Array.from((await once().data()).subarray(0, n)),
    dispose: () => {
      a.dispose();
      b.dispose();
      multiply.dispose();
    },
  };
}
