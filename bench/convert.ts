/** Runs convert.py in an environment of its own, made once under node_modules/.cache. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const environment = join(root, 'node_modules/.cache/lentigo-bench');

/**
 * Writes model.onnx and model.tflite, the pack's weights in float32, to `out`.
 * @throws Error when Python or its packages are not to be had
 */
export function convertPack(pack: string, out: string): void {
  const python = process.env['LENTIGO_BENCH_PYTHON'] ?? join(environment, 'bin/python');
  if (!existsSync(python)) {
    console.log('Installing the converters …');
    run(process.env['PYTHON'] ?? 'python3', ['-m', 'venv', environment]);
    const requirements = join(import.meta.dirname, 'requirements.lock');
    run(python, ['-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', requirements]);
  }
  run(python, [join(import.meta.dirname, 'convert.py'), pack, out]);
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, CUDA_VISIBLE_DEVICES: '', TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stderr}`);
}
