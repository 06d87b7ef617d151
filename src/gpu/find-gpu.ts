import { AdapterError } from '../errors.ts';

/** Whether this is Node, or a runtime that loads its packages. Deno has WebGPU built in. */
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

/** The URL of a package's file, found from the program's folder. @throws if it is missing, or Node is older than 20.16 */
function fileOf(name: string): string {
  const { process } = globalThis as unknown as { process: NodeProcess };
  const path = process.getBuiltinModule('module').createRequire(process.argv[1]).resolve(name);
  return process.getBuiltinModule('url').pathToFileURL(path).href;
}

/**
 * WebGPU without `navigator.gpu`: in Node, that of the package `webgpu`.
 *
 * @throws AdapterError if there is none; the message says what to do
 */
export async function findGpu(): Promise<GPU> {
  if (!isNode()) {
    throw new AdapterError(
      'this runtime has no WebGPU (navigator.gpu is missing). Use a current Chrome, Edge, Firefox or Safari over HTTPS or http://localhost, or pass { gpu }',
    );
  }
  // Hidden from bundlers, which would look for it when they bundle an app for browsers.
  const name = ['web', 'gpu'].join('');
  try {
    const found = await import(/* webpackIgnore: true */ /* @vite-ignore */ name).catch(
      // If this package is a symbolic link, `webgpu` may be installed beside the program only.
      () => import(/* webpackIgnore: true */ /* @vite-ignore */ fileOf(name)),
    );
    return (found.create ?? found.default.create)([]);
  } catch (error) {
    throw new AdapterError(
      `Node gets WebGPU from the package webgpu, which cannot be loaded (${String(error).slice(0, 200)}). Run: npm install webgpu, or pass { gpu }`,
      { cause: error },
    );
  }
}

/** The error if no adapter was found, with what to do in this runtime. */
export const noAdapter = (): AdapterError =>
  new AdapterError(
    `WebGPU found no adapter. ${
      isNode()
        ? 'Install a driver with Vulkan, Metal or Direct3D 12, or call useWorkingDriver() of gradweave/node first, which tries all drivers'
        : 'Check chrome://gpu; headless Chrome without a GPU needs --enable-unsafe-webgpu --use-webgpu-adapter=swiftshader'
    }`,
  );
