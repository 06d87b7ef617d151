import { AdapterError } from '../errors.ts';

/** Whether this is Node, or what takes its packages. */
const isNode = (): boolean => {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return typeof process?.versions?.node === 'string' && !('Deno' in globalThis);
};

interface Builtin {
  createRequire(from: string): { resolve(name: string): string };
  pathToFileURL(path: string): { readonly href: string };
}

/** A package's file as the program's folder has it; undefined if it has none, or Node is older than 20.16. */
function fileOf(name: string): string | undefined {
  const { process } = globalThis as {
    process?: {
      readonly argv?: readonly string[];
      cwd(): string;
      getBuiltinModule?(name: string): Builtin;
    };
  };
  for (const from of [process?.argv?.[1], `${process?.cwd()}/`]) {
    try {
      const path = process?.getBuiltinModule?.('module').createRequire(`${from}`).resolve(name);
      if (path) return process?.getBuiltinModule?.('url').pathToFileURL(path).href;
    } catch {
      // The other may have it.
    }
  }
  return undefined;
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
      (error: unknown) => {
        // This package may be linked in, and the program have another neighbour.
        const file = fileOf(name);
        if (file === undefined) throw error;
        return import(/* webpackIgnore: true */ /* @vite-ignore */ file);
      },
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
        ? 'Install a driver with Vulkan, Metal or Direct3D 12, name a Vulkan driver in VK_DRIVER_FILES, or call useWorkingDriver() of gradweave/node first, which tries all there are'
        : 'Check chrome://gpu; headless Chrome without a GPU needs --enable-unsafe-webgpu --use-webgpu-adapter=swiftshader'
    }`,
  );
