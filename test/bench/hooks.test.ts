import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { watchGpu, watchMemory } from '../../src/bench/hooks.ts';

/** WebGPU's classes as far as they are watched. */
function classes() {
  class GPUBuffer {
    destroyed = false;
    destroy(): void {
      this.destroyed = true;
    }
    mapAsync(): Promise<void> {
      return Promise.resolve();
    }
  }
  class GPUDevice {
    createBuffer(_: { size: number; mappedAtCreation?: boolean }): GPUBuffer {
      return new GPUBuffer();
    }
    createBindGroup(): object {
      return {};
    }
  }
  class GPUQueue {
    submitted = 0;
    submit(buffers: readonly unknown[]): void {
      this.submitted += buffers.length;
    }
    writeBuffer(): void {}
  }
  class GPUComputePassEncoder {
    dispatchWorkgroups(x: number): number {
      return x;
    }
  }
  return { GPUBuffer, GPUDevice, GPUQueue, GPUComputePassEncoder };
}

test('calls are counted and still done, until the watch is stopped', async () => {
  const all = classes();
  const originals = Object.values(all).map(({ prototype }) =>
    Object.entries(Object.getOwnPropertyDescriptors(prototype)),
  );
  const [device, queue, pass] = [
    new all.GPUDevice(),
    new all.GPUQueue(),
    new all.GPUComputePassEncoder(),
  ];
  const watch = watchGpu(all);
  assert.is(pass.dispatchWorkgroups(7), 7);
  pass.dispatchWorkgroups(1);
  queue.submit([1, 2]);
  queue.writeBuffer();
  device.createBindGroup();
  const buffer = device.createBuffer({ size: 4, mappedAtCreation: true });
  await buffer.mapAsync();
  const counts = watch.stop();
  pass.dispatchWorkgroups(1);
  assert.is(queue.submitted, 2);
  assert.equal(counts, {
    dispatches: 2,
    submits: 1,
    writes: 1,
    maps: 2,
    bindGroups: 1,
    buffers: 1,
  });
  assert.equal(watch.counts, counts);
  const restored = Object.values(all).map(({ prototype }) =>
    Object.entries(Object.getOwnPropertyDescriptors(prototype)),
  );
  assert.equal(restored, originals);
});

test('memory is what is live, and its peak', () => {
  const all = classes();
  const device = new all.GPUDevice();
  const before = device.createBuffer({ size: 1000 });
  const memory = watchMemory(all);
  const one = device.createBuffer({ size: 100 });
  device.createBuffer({ size: 20 });
  one.destroy();
  // Destroyed twice, and made before the watch: neither may count.
  one.destroy();
  before.destroy();
  assert.is(memory.live, 20);
  assert.is(memory.peak, 120);
  memory.restart();
  device.createBuffer({ size: 5 });
  assert.is(memory.peak, 25);
  memory.stop();
  device.createBuffer({ size: 1 });
  assert.is(memory.live, 25);
});

test('a class that is not there is not watched', () => {
  const watch = watchGpu({});
  assert.is(watch.stop().submits, 0);
});

test.run();
