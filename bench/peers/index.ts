/** The script that `gradweave bench --peers` serves beside the page. */
import type { PeerModule } from '../../src/bench/peer.ts';
import { jaxPeer } from './jax.ts';
import { tfPeer } from './tfjs.ts';

/** Set by the bundler from bench/package.json. */
declare const JAX_VERSION: string;

/** See {@link PeerModule}. */
export const peersOf: PeerModule['peersOf'] = (assets) => [
  jaxPeer('webgpu', JAX_VERSION),
  jaxPeer('wasm', JAX_VERSION),
  tfPeer('webgpu', () => import('@tensorflow/tfjs-backend-webgpu')),
  tfPeer('wasm', async () => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(assets);
  }),
];
