/** What a runner's own report says: how many tests ran, and why those that failed did. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** A line for each test that failed: its name, and how its message begins. */
  readonly failures: readonly string[];
}

/** Characters of a message that are told. */
const told = 400;

/** @param message as the runner gives it, with the colours of a terminal perhaps */
function failure(name: string, message = ''): string {
  // eslint-disable-next-line no-control-regex -- colours begin with a control character
  const plain = message.replaceAll(/\u001B\[[\d;]*m/g, '').replaceAll(/\s+/g, ' ');
  return `${name}: ${plain.trim().slice(0, told)}`;
}

interface VitestReport extends Record<
  'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests',
  number
> {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Vitest's JSON report. */
export function countVitest(text: string): Counts {
  const report = JSON.parse(text) as VitestReport;
  const failures = report.testResults.flatMap(({ name, message, status, assertionResults }) => {
    const failed = assertionResults.filter((each) => each.status === 'failed');
    // A file that does not load has no tests.
    if (status === 'failed' && failed.length === 0) return [failure(name, message)];
    return failed.map(({ fullName, failureMessages }) => failure(fullName, failureMessages[0]));
  });
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  };
}

interface PlaywrightSuite {
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly file: string;
    readonly tests: readonly {
      readonly projectName: string;
      readonly results: readonly { readonly errors: readonly { readonly message?: string }[] }[];
    }[];
  }[];
}

function playwrightFailures({ suites = [], specs = [] }: PlaywrightSuite): string[] {
  const own = specs.flatMap(({ title, file, tests }) =>
    tests.flatMap(({ projectName, results }) =>
      results
        .flatMap(({ errors }) => errors)
        .map(({ message }) => failure(`[${projectName}] ${file}: ${title}`, message)),
    ),
  );
  return [...own, ...suites.flatMap(playwrightFailures)];
}

/** Playwright's JSON report; a test that passed only when repeated counts as failed. */
export function countPlaywright(text: string): Counts {
  const report = JSON.parse(text) as PlaywrightSuite & {
    stats: Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number>;
  };
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected, failed: unexpected + flaky, skipped, failures: playwrightFailures(report) };
}

/** Pytest's JUnit report. */
export function countPytest(text: string): Counts {
  const sum = (attribute: string): number =>
    [...text.matchAll(new RegExp(`<testsuite [^>]*\\b${attribute}="(\\d+)"`, 'g'))].reduce(
      (total, [, count]) => total + Number(count),
      0,
    );
  const failed = sum('failures') + sum('errors');
  const skipped = sum('skipped');
  const failures = [
    ...text.matchAll(
      /<testcase [^>]*?\bclassname="([^"]*)" name="([^"]*)"[^>]*><(?:failure|error) message="([^"]*)"/g,
    ),
  ].map(([, file, name, message]) => failure(`${file} ${name}`, message));
  return { passed: sum('tests') - failed - skipped, failed, skipped, failures };
}
