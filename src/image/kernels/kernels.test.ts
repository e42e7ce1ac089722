import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compileKernel, kernels } from '../../../scripts/build-kernel';

it.each(kernels)('$target holds the compiled $source', async (kernel) => {
  const stored = readFileSync(new URL(`../${kernel.target}`, import.meta.url), 'utf8');
  expect(stored).toBe(await compileKernel(kernel));
});
