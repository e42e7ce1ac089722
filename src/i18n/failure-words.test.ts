import { expect, it } from 'vitest';
import { failureCodes } from '../failure';
import { failureWords } from './failure-words';

it('has a sentence of its own for every failure', () => {
  const sentences = failureCodes.map(failureWords);
  for (const sentence of sentences) expect(sentence).toMatch(/^\p{Lu}.+\.$/u);
  expect(new Set(sentences).size).toBe(failureCodes.length);
});
