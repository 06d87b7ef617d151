/** Runs the suites, up to the first that fails. */
for (const run of globalThis.UVU_QUEUE[0]) {
  const [, ran, skipped, total] = await run();
  if (ran !== total || total === 0 || skipped > 0) process.exit(1);
}
// The package webgpu's threads would keep the process running.
process.exit(0);
