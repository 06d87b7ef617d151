import { AdapterError } from '../errors.ts';

/** Whether this is Node, or what takes its packages. */
const isNode = (): boolean => {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return typeof process?.versions?.node === 'string' && !('Deno' in globalThis);
};

interface NodeProcess {
  readonly argv: readonly string[];
  getBuiltinModule(name: 'module'): {
    createRequire(from: string): { resolve(name: string): string };
  };
  getBuiltinModule(name: 'url'): { pathToFileURL(path: string): { readonly href: string } };
}

/** A package's file as the program's folder has it. @throws if it has none, or Node is older than 20.16. */
function fileOf(name: string): string {
  const { process } = globalThis as unknown as { process: NodeProcess };
  const path = process.getBuiltinModule('module').createRequire(process.argv[1]).resolve(name);
  return process.getBuiltinModule('url').pathToFileURL(path).href;
}

/**
 * WebGPU of this runtime: the navigator's, in Node the package `webgpu`'s.
 *
 * @throws AdapterError where there is none, with what to do about it.
 */
export async function findGpu(): Promise<GPU> {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (gpu) return gpu;
  if (!isNode()) {
    throw new AdapterError(
      'this runtime has no WebGPU (navigator.gpu is missing). Use a current Chrome, Edge, Firefox or Safari over HTTPS or http://localhost, or pass { gpu }',
    );
  }
  // Not to be seen by bundlers, which would look for it in an app for browsers.
  const name = ['web', 'gpu'].join('');
  try {
    const found = await import(/* webpackIgnore: true */ /* @vite-ignore */ name).catch(
      // This package may be linked in, and the program have another neighbour.
      () => import(/* webpackIgnore: true */ /* @vite-ignore */ fileOf(name)),
    );
    return (found.create ?? found.default.create)([]);
  } catch (error) {
    throw new AdapterError(
      `Node has WebGPU in the package webgpu, which cannot be loaded (${String(error).slice(0, 200)}). Run: npm install webgpu, or pass { gpu }`,
      { cause: error },
    );
  }
}

/** No adapter was found: what to do about it here. */
export const noAdapter = (): AdapterError =>
  new AdapterError(
    `WebGPU found no adapter. ${
      isNode()
        ? 'Install a driver with Vulkan, Metal or Direct3D 12, or call useWorkingDriver() of gradweave/node first, which tries all there are'
        : 'Check chrome://gpu; headless Chrome without a GPU needs --enable-unsafe-webgpu --use-webgpu-adapter=swiftshader'
    }`,
  );
