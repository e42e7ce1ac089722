/** Compiles the AssemblyScript of src/image/kernels into modules of TypeScript that hold the binaries: `npm run kernel`. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
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
  let binary = new Uint8Array();
  const said: string[] = [];
  const { error } = await asc.main(
    // Memory comes from outside and nothing of it is the compiler's: all places are given by the caller.
    [
      source,
      '--outFile',
      'kernel.wasm',
      '-O3',
      '--runtime',
      'stub',
      '--noAssert',
      '--importMemory',
      '--enable',
      'simd',
    ],
    {
      readFile: (name) => readFile(join(folder, name), 'utf8').catch(() => null),
      writeFile: (_name, contents) => void (binary = Buffer.from(contents)),
      listFiles: () => [],
      stderr: { write: (text) => void said.push(String(text)) },
    },
  );
  if (error) throw new Error(`${source}: ${said.join('')}`, { cause: error });
  const code = `/** ${source} compiled by \`npm run kernel\`, base64. */\nexport const binary = '${Buffer.from(binary).toString('base64')}';\n`;
  const path = join(folder, target);
  return format(code, { ...(await resolveConfig(path)), filepath: path });
}

if (process.argv[1] === import.meta.filename) {
  for (const kernel of kernels) {
    const code = await compileKernel(kernel);
    await writeFile(join(folder, kernel.target), code);
    console.log(`${kernel.target}: ${code.length} characters`);
  }
}
