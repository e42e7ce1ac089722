/** `npm test`: everything that must hold, stage by stage; stops at the first that does not. */
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { countPlaywright, countPytest, countVitest, type Counts } from './test/counts.ts';

interface Stage {
  readonly name: string;
  /** Runs in a shell. */
  readonly command: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Reads the stage's own report, for stages that run tests. */
  readonly count?: () => Promise<Counts>;
}

interface Done {
  readonly name: string;
  readonly seconds: number;
  readonly passed: boolean;
  readonly counts?: Counts;
}

const root = join(import.meta.dirname, '..');
const results = join(root, 'test-results', 'counts');
const report = (name: string): string => join(results, name);
const reader = (name: string, count: (text: string) => Counts) => async (): Promise<Counts> =>
  count(await readFile(report(name), 'utf8'));

/** A Python 3.11 or later; undefined when there is none. */
function findPython(): string | undefined {
  const probe = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';
  return [process.env['PYTHON'], 'python3', 'python3.13', 'python3.12', 'python3.11', 'python']
    .filter((name) => name !== undefined)
    .find((name) => spawnSync(name, ['-c', probe]).status === 0);
}

function stages(python: string | undefined): Stage[] {
  const inTraining = '.venv/bin/python -m';
  return [
    { name: 'check', command: 'npm run check' },
    {
      name: 'unit tests',
      command: `npm run test:unit -- --reporter=default --reporter=json --outputFile="${report('unit.json')}"`,
      count: reader('unit.json', countVitest),
    },
    ...(python
      ? [
          {
            name: 'training: install',
            command: 'sh training/install.sh',
            environment: { PYTHON: python },
          },
          {
            name: 'training: check',
            command: `cd training && ${inTraining} ruff check . && ${inTraining} ruff format --check . && ${inTraining} mypy`,
          },
          {
            name: 'training: tests',
            command: `cd training && ${inTraining} pytest --junitxml="${report('training.xml')}"`,
            count: reader('training.xml', countPytest),
          },
        ]
      : []),
    { name: 'build', command: 'npm run build' },
    { name: 'size', command: 'npm run size' },
    { name: 'browser', command: 'npm run browser' },
    {
      name: 'browser tests',
      command: 'npx playwright test',
      environment: { PLAYWRIGHT_JSON_OUTPUT_NAME: report('browser.json') },
      count: reader('browser.json', countPlaywright),
    },
  ];
}

function run({ command, environment }: Stage): Promise<boolean> {
  return new Promise((resolve) => {
    spawn(command, { shell: true, cwd: root, stdio: 'inherit', env: { ...process.env, ...environment } })
      .once('exit', (code) => resolve(code === 0))
      .once('error', () => resolve(false));
  });
}

const python = findPython();
const done: Done[] = [];
await rm(results, { recursive: true, force: true });
for (const stage of stages(python)) {
  console.log(`\n=== ${stage.name}`);
  const start = Date.now();
  const passed = await run(stage);
  const counts = await stage.count?.().catch(() => undefined);
  done.push({
    name: stage.name,
    seconds: (Date.now() - start) / 1000,
    // A runner that ran no test has not shown anything.
    passed: passed && (!stage.count || (counts?.passed ?? 0) > 0),
    ...(counts && { counts }),
  });
  if (!done.at(-1)?.passed) break;
}

console.log('\n=== summary');
for (const { name, seconds, passed, counts } of done) {
  const tests = counts ? `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped` : '';
  console.log(
    `${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(18)} ${seconds.toFixed(0).padStart(4)} s  ${tests}`,
  );
}
if (!python) console.log('skipped training: its tests need Python 3.11 or later');
if (!existsSync(join(root, '../shared/datasets')) && !process.env['LENTIGO_DATA'])
  console.log('skipped what needs real pictures: no ../shared/datasets and no LENTIGO_DATA');

const sum = (key: keyof Counts): number =>
  done.reduce((total, { counts }) => total + (counts?.[key] ?? 0), 0);
// A stage that failed without a failed test of its own counts as one.
const broken = done.filter(({ passed, counts }) => !passed && !counts?.failed).length;
const failed = sum('failed') + broken;
console.log(`\n${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
