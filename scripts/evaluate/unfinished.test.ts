import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outcomes } from '../../src/domain/evaluation/testdata/outcomes.ts';
import { UnfinishedRun } from './unfinished.ts';

const identity = { model: 'lentigo 1.0.0', views: '1' };
let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lentigo-test-'));
  path = join(folder, 'unfinished.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

function stoppedRun(): void {
  const run = UnfinishedRun.open(path, identity);
  for (const [index, outcome] of outcomes.entries()) run.add(index, outcome);
}

describe('a run that was stopped', () => {
  it('gives every outcome back as it was', () => {
    stoppedRun();
    const { done } = UnfinishedRun.open(path, identity);
    expect([...done].map(([index, stored]) => ({ ...stored, label: outcomes[index]?.label }))).toEqual(
      outcomes,
    );
  });

  it('goes on from the last whole line', () => {
    stoppedRun();
    const whole = readFileSync(path, 'utf8');
    appendFileSync(path, '{"index":99,"outco');
    expect(UnfinishedRun.open(path, identity).done.size).toBe(outcomes.length);
    expect(readFileSync(path, 'utf8')).toBe(whole);
  });

  it('says what differs from another one, and keeps it', () => {
    stoppedRun();
    const other = { ...identity, model: 'lentigo 2.0.0' };
    expect(() => UnfinishedRun.open(path, other)).toThrow(
      /8 pictures[^]*model: then lentigo 1.0.0, now lentigo 2.0.0/,
    );
    expect(() => UnfinishedRun.open(path, other)).not.toThrow('views');
    expect(UnfinishedRun.open(path, identity).done.size).toBe(outcomes.length);
  });

  it('is nothing to go on with before its first picture', () => {
    UnfinishedRun.open(path, identity);
    expect(UnfinishedRun.open(path, { model: 'another' }).done.size).toBe(0);
    writeFileSync(path, '{"mod');
    expect(UnfinishedRun.open(path, identity).done.size).toBe(0);
  });

  it('leaves nothing behind when it has ended', () => {
    const run = UnfinishedRun.open(path, identity);
    run.end();
    expect(existsSync(path)).toBe(false);
  });
});
