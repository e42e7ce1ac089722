import { expect, it } from 'vitest';
import { compileKernel } from '../../../scripts/build-kernel';
import { kernelBinary } from './kernel-binary';

it('is the compiled kernel.wat', async () => {
  expect(kernelBinary).toBe(await compileKernel());
});
