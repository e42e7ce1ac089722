import { describe, expect, it } from 'vitest';
import { countPlaywright, countPytest, countVitest } from './counts.ts';

describe('counts', () => {
  it('of Vitest', () => {
    const report = {
      numTotalTests: 9,
      numPassedTests: 5,
      numFailedTests: 1,
      numPendingTests: 2,
      numTodoTests: 1,
    };
    expect(countVitest(JSON.stringify(report))).toEqual({ passed: 5, failed: 1, skipped: 3 });
  });

  it('of Playwright, where flaky is not passed', () => {
    const report = { stats: { expected: 7, unexpected: 1, flaky: 1, skipped: 2 } };
    expect(countPlaywright(JSON.stringify(report))).toEqual({ passed: 7, failed: 2, skipped: 2 });
  });

  it('of pytest', () => {
    const report =
      '<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" ' +
      'errors="1" failures="2" skipped="3" tests="40" time="1.2"><testcase/></testsuite></testsuites>';
    expect(countPytest(report)).toEqual({ passed: 34, failed: 3, skipped: 3 });
  });
});
