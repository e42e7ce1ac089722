/** Real pictures of lesions, where this machine has them: `../shared/datasets`, or `LENTIGO_DATA`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLabels, type Label } from '../../src/domain/evaluation/labels';

const root = join(import.meta.dirname, '../..');
const data = process.env['LENTIGO_DATA'] ?? join(root, '../shared/datasets');

/** The folder of HAM10000's pictures; undefined where it is not. */
export function ham10000(): string | undefined {
  const folder = join(data, 'ham10000/images');
  return existsSync(folder) ? folder : undefined;
}

export const noPictures =
  'no real pictures here: neither ../shared/datasets nor LENTIGO_DATA has ham10000/images';

/** The labels of the pictures that the model was never trained on. */
export function testLabels(): Label[] {
  return parseLabels(readFileSync(join(root, 'training/splits/labels/ham10000_test.csv'), 'utf8'));
}
