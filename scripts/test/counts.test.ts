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
      testResults: [
        {
          name: 'a.test.ts',
          status: 'failed',
          message: '',
          assertionResults: [
            { fullName: 'adds', status: 'passed', failureMessages: [] },
            {
              fullName: 'subtracts',
              status: 'failed',
              failureMessages: ['expected\n  \u001B[31m3\u001B[39m'],
            },
          ],
        },
        { name: 'b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
      ],
    };
    expect(countVitest(JSON.stringify(report))).toEqual({
      passed: 5,
      failed: 1,
      skipped: 3,
      failures: ['subtracts: expected 3', 'b.test.ts: no such module'],
    });
  });

  it('of Playwright, where flaky is not passed', () => {
    const spec = (title: string, ...messages: string[]) => ({
      title,
      file: 'a.spec.ts',
      tests: [{ projectName: 'tablet', results: [{ errors: messages.map((message) => ({ message })) }] }],
    });
    const report = {
      stats: { expected: 7, unexpected: 1, flaky: 1, skipped: 2 },
      suites: [
        { specs: [spec('opens'), spec('reads', 'no result')], suites: [{ specs: [spec('saves', 'full')] }] },
      ],
    };
    expect(countPlaywright(JSON.stringify(report))).toEqual({
      passed: 7,
      failed: 2,
      skipped: 2,
      failures: ['[tablet] a.spec.ts: reads: no result', '[tablet] a.spec.ts: saves: full'],
    });
  });

  it('of pytest', () => {
    const report =
      '<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" ' +
      'errors="1" failures="2" skipped="3" tests="40" time="1.2"><testcase classname="a" name="passes" time="1" />' +
      '<testcase classname="a" name="fails" time="1"><failure message="assert 1 == 2">text</failure></testcase>' +
      '</testsuite></testsuites>';
    expect(countPytest(report)).toEqual({
      passed: 34,
      failed: 3,
      skipped: 3,
      failures: ['a fails: assert 1 == 2'],
    });
  });
});
