import { describe, expect, it } from 'vitest';
import { makeReport } from '../../src/domain/evaluation/report.ts';
import { label, outcomes, testPack } from '../../src/domain/evaluation/testdata/outcomes.ts';
import { alertLevels } from '../../src/model/evaluation-prior.ts';
import { formatReport } from './table.ts';

describe('the report on the terminal', () => {
  const levels = alertLevels('equal', testPack, 1);
  const text = formatReport(makeReport(outcomes, testPack, levels));

  it('is a short table with intervals', () => {
    expect(text).toMatch(/balanced accuracy +83\.3 % \[/);
    expect(text).toMatch(/^screening +0\.400 +66\.7 % \[20\.8, 93\.9\] of 3 /m);
  });

  it('says what could not be compared with an outline', () => {
    expect(text).toMatch(/outline, Dice +0\.900.*, 1 worker-lost/);
  });

  it('names the agreement of views where several were read', () => {
    const careful = outcomes.map((outcome) =>
      outcome.prediction
        ? { ...outcome, prediction: { ...outcome.prediction, views: { count: 8, agree: 8 } } }
        : outcome,
    );
    expect(text).not.toContain('views agree');
    expect(formatReport(makeReport(careful, testPack, levels))).toContain('all eight views agree');
  });

  it('has no figures where nothing was read', () => {
    const empty = makeReport([{ label: label('nv'), error: 'picture-damaged' }], testPack, levels);
    expect(formatReport(empty)).toContain('1 listed, 0 read, 1 picture-damaged');
  });
});
