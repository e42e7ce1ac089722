import { describe, expect, it } from 'vitest';
import { missedOf } from './missed';
import { label, prediction, testPack } from './testdata/outcomes';

describe('the pictures to look at', () => {
  const outcomes = [
    { label: label('none'), prediction: prediction([0.4, 0.3, 0.3]) },
    { label: label('nv', 'wrong.jpg'), prediction: prediction([0.6, 0.3, 0.1], { flagged: ['screening'] }) },
    { label: label('nv', 'right.jpg'), prediction: prediction([0.1, 0.8, 0.1]) },
    { label: label('nv', 'refused.jpg'), prediction: prediction([0.1, 0.8, 0.1], { accepted: false }) },
    { label: label('mel', 'unsure.jpg'), prediction: prediction([0.3, 0.6, 0.1]) },
    { label: label('mel', 'sure.jpg'), prediction: prediction([0.05, 0.9, 0.05]) },
    { label: label('bcc', 'found.jpg'), prediction: prediction([0.1, 0.1, 0.8], { flagged: ['screening'] }) },
    { label: label('wart'), prediction: prediction([0.9, 0.1, 0]), error: 'unknown-label' as const },
    { label: label('mel', 'gone.jpg'), error: 'file-missing' as const },
  ];

  it('are the dangerous ones first, and of these the surest', () => {
    expect(missedOf(outcomes, testPack).map(({ outcome, kind }) => [outcome.label.file, kind])).toEqual([
      ['sure.jpg', 'not-flagged'],
      ['unsure.jpg', 'not-flagged'],
      ['refused.jpg', 'refused'],
      ['wrong.jpg', 'taken-for-other'],
      ['none.jpg', 'not-refused'],
    ]);
  });
});
