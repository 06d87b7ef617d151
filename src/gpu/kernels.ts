import { ShaderError } from '../errors.ts';
import { COMPUTE } from './constants.ts';
import { type Linked, type LinkOptions, link, type Part } from './link.ts';

/** A compiled kernel. */
export interface Kernel {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** Links and compiles kernels. Each text is compiled once; several compile at the same time. */
export class Kernels {
  readonly #device: GPUDevice;
  readonly #blameLoss: (error: unknown) => Promise<void>;
  readonly #cache = new Map<string, Promise<Kernel>>();

  /** @param blameLoss throws if the device is lost, for a call on it that failed */
  constructor(device: GPUDevice, blameLoss: (error: unknown) => Promise<void>) {
    this.#device = device;
    this.#blameLoss = blameLoss;
  }

  /** The number of different kernels that were compiled. */
  get count(): number {
    return this.#cache.size;
  }

  /**
   * Links and compiles a kernel, or returns the same kernel if it was compiled before.
   *
   * @throws ShaderError with the compiler's message, the file, and the line with its text; DeviceLostError
   */
  async compile<R>(
    label: string,
    parts: readonly Part<R>[],
    options?: LinkOptions<R>,
  ): Promise<{ kernel: Kernel; linked: Linked<R> }> {
    const linked = link(parts, options);
    return { kernel: await this.build(label, linked), linked };
  }

  /** Compiles a linked kernel, or returns the same kernel; see {@link compile}. */
  build<R>(label: string, linked: Linked<R>): Promise<Kernel> {
    let kernel = this.#cache.get(linked.code);
    if (kernel === undefined) {
      kernel = this.#build(label, linked);
      this.#cache.set(linked.code, kernel);
      kernel.catch(() => this.#cache.delete(linked.code));
    }
    return kernel;
  }

  async #build<R>(label: string, linked: Linked<R>): Promise<Kernel> {
    const device = this.#device;
    const most = device.limits.maxStorageBuffersPerShaderStage;
    if (linked.bindings.length > most) {
      throw new ShaderError(
        `${label} binds ${linked.bindings.length} storage buffers (${linked.bindings.map((b) => b.name).join(', ')}); this device allows ${most}`,
      );
    }
    // The promises below report errors; the scope hides them from the caller's handlers.
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ label, code: linked.code });
    const layout = device.createBindGroupLayout({
      label,
      entries: linked.bindings.map(({ writes }, binding) => ({
        binding,
        visibility: COMPUTE,
        buffer: { type: writes ? 'storage' : 'read-only-storage' },
      })),
    });
    const pipeline = device.createComputePipelineAsync({
      label,
      layout: device.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main' },
    });
    const invalid = device.popErrorScope();
    try {
      return { pipeline: await pipeline, layout };
    } catch (error) {
      const info = await module.getCompilationInfo().catch(this.#blameLoss);
      const detail = describe(info?.messages ?? [], linked);
      const reason = detail || (await invalid)?.message || String(error);
      throw new ShaderError(`${label} does not compile:\n${reason}`);
    } finally {
      await invalid.catch(() => null);
    }
  }
}

/** The compiler's messages, each with the file, the line number and the line of the source. */
function describe<R>(messages: readonly GPUCompilationMessage[], linked: Linked<R>): string {
  return messages
    .filter((message) => message.type === 'error')
    .map((message) => {
      const line = linked.lines[message.lineNum - 1];
      if (line === undefined) return `  ${message.message}`;
      const file = line.file.endsWith(')') ? line.file : `shaders/${line.file}.wgsl`;
      return `${file}:${line.line}: ${message.message}\n  ${line.line} | ${line.text}`;
    })
    .join('\n');
}
