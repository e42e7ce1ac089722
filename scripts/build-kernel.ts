/** Compiles the AssemblyScript of src/image/kernels into modules of TypeScript that hold the binaries: `npm run kernel`. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';

const folder = join(import.meta.dirname, '../src/image');

/** What is compiled, and where it goes. */
export const kernels = [
  { source: 'kernels/resample.ts', target: 'resample/kernel-binary.ts' },
  { source: 'kernels/jpeg.ts', target: 'whole/jpeg-binary.ts' },
] as const;

type Kernel = (typeof kernels)[number];

/** A module of TypeScript with the kernel's WebAssembly. @throws Error with what the compiler says */
export async function compileKernel({ source, target }: Kernel): Promise<string> {
  const out = await mkdtemp(join(tmpdir(), 'lentigo-kernel-'));
  const file = join(out, 'kernel.wasm');
  try {
    // By its command: its types would redefine those of JavaScript for all that is checked with this file. Memory comes
    // from outside and nothing of it is the compiler's: all places are given by the caller.
    const options = ['-O3', '--runtime', 'stub', '--noAssert', '--importMemory', '--enable', 'simd'];
    await promisify(execFile)('npx', ['asc', source, '--outFile', file, ...options], { cwd: folder });
    const binary = await readFile(file, 'base64');
    const code = `/** ${source} compiled by \`npm run kernel\`, base64. */\nexport const binary = '${binary}';\n`;
    const path = join(folder, target);
    return await format(code, { ...(await resolveConfig(path)), filepath: path });
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  for (const kernel of kernels) {
    const code = await compileKernel(kernel);
    await writeFile(join(folder, kernel.target), code);
    console.log(`${kernel.target}: ${code.length} characters`);
  }
}
