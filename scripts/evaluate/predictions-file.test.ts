import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/domain/evaluation/outcome.ts';
import { PredictionsTable } from '../../src/domain/evaluation/predictions-table.ts';
import { outcomes } from '../../src/domain/evaluation/testdata/outcomes.ts';
import { PredictionsFile } from './predictions-file.ts';

const columns = { codes: ['mel', 'nv', 'bcc'], prior: 'equal', views: false, masks: true };

describe('predictions.csv', () => {
  it('gets each row as soon as those before it are there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lentigo-test-'));
    try {
      const path = join(folder, 'predictions.csv');
      const table = new PredictionsTable(
        columns,
        outcomes.map(({ label }) => label),
      );
      const file = new PredictionsFile(path, table);
      const rows = (): (string | undefined)[] => {
        const parsed: Record<string, string>[] = parse(readFileSync(path, 'utf8'), { columns: true });
        return parsed.map((row) => row['file']);
      };
      expect(rows()).toEqual([]);
      const [first, second, third] = outcomes as [Outcome, Outcome, Outcome];
      file.add(1, second);
      expect(rows()).toEqual([]);
      file.add(0, first);
      expect(rows()).toEqual(['mel.jpg', 'mel.jpg']);
      file.add(2, third);
      expect(rows()).toEqual(['mel.jpg', 'mel.jpg', 'nv.jpg']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
