/** Compiles src/image/kernel.wat and writes it, as base64, into src/image/resample/kernel-binary.ts. */
import { readFile, writeFile } from 'node:fs/promises';
import wabt from 'wabt';

const folder = new URL('../src/image/', import.meta.url);

export async function compileKernel(): Promise<string> {
  const source = await readFile(new URL('kernel.wat', folder), 'utf8');
  const module = (await wabt()).parseWat('kernel.wat', source, { simd: true });
  try {
    module.validate();
    return Buffer.from(module.toBinary({}).buffer).toString('base64');
  } finally {
    module.destroy();
  }
}

if (process.argv[1] === import.meta.filename) {
  const binary = await compileKernel();
  await writeFile(
    new URL('kernel-binary.ts', folder),
    `/** kernel.wat compiled by \`npm run kernel\`, base64. */\nexport const kernelBinary =\n  '${binary}';\n`,
  );
  console.log(`kernel-binary.ts: ${Buffer.from(binary, 'base64').length} bytes of WebAssembly`);
}
