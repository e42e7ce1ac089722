/** What a run is of, in words that can be compared and shown. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../src/domain/pack/manifest.ts';
import type { EvaluateArguments } from './arguments.ts';
import type { Label } from '../../src/domain/evaluation/labels.ts';
import { maskPath } from './masks.ts';
import type { RunIdentity } from './unfinished.ts';

/** The content of pictures is known by size and date alone: reading thousands takes too long. */
export function identityOf(
  args: EvaluateArguments,
  labels: readonly Label[],
  { id, version, files }: Manifest,
): RunIdentity {
  const { images, masks, backend, views, prior } = args;
  return {
    labels: `${labels.length} rows (${digest(labels.map(({ file, dx, others }) => [file, dx, others]))})`,
    pictures: `${images} (${digest(labels.map(({ file }) => stamp(join(images, file))))})`,
    masks: masks
      ? `${masks} (${digest(labels.map(({ file }) => stamp(maskPath(masks, file) ?? '')))})`
      : 'none',
    model: `${id} ${version} (${digest(files)})`,
    backend,
    views: String(views),
    prior,
  };
}

function stamp(path: string): readonly number[] {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? [found.size, found.mtimeMs] : [];
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);
}
