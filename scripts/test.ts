/**
 * `npm test`: everything that must hold. What needs no browser runs in two lanes at once, the browser tests alone: they
 * also show how fast things are. A lane of stages stops at its first that fails.
 */
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
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

/** Comes first and alone: it also compiles the messages, which every other stage reads. */
const build: Stage = { name: 'build', command: 'npm run build' };

/** What runs after the build without a browser: lanes that take about as long as each other. */
function lanes(python: string | undefined): readonly Stage[][] {
  const inTraining = '.venv/bin/python -m';
  // Not "npm run check": it compiles the messages anew, which the build has done.
  const style: Stage = { name: 'style', command: 'npm run format:check && npm run lint' };
  const types: Stage = { name: 'types', command: 'npm run types && npm run unused' };
  const unit: Stage = {
    name: 'unit tests',
    command: `npx vitest run --reporter=default --reporter=json --outputFile="${report('unit.json')}"`,
    count: reader('unit.json', countVitest),
  };
  if (!python) return [[style], [types, unit]];
  const training: Stage[] = [
    { name: 'training: install', command: 'sh training/install.sh', environment: { PYTHON: python } },
    {
      name: 'training: check',
      command: `cd training && ${inTraining} ruff check . && ${inTraining} ruff format --check . && ${inTraining} mypy`,
    },
    {
      name: 'training: tests',
      command: `cd training && ${inTraining} pytest --junitxml="${report('training.xml')}"`,
      count: reader('training.xml', countPytest),
    },
  ];
  return [
    [style, unit],
    [types, ...training],
  ];
}

const inBrowser: Stage[] = [
  { name: 'size', command: 'npm run size' },
  { name: 'same bytes twice', command: 'npm run reproduce' },
  { name: 'browser', command: 'npm run browser' },
  {
    name: 'browser tests',
    command: 'npx playwright test',
    environment: { PLAYWRIGHT_JSON_OUTPUT_NAME: report('browser.json') },
    count: reader('browser.json', countPlaywright),
  },
];

/** Runs the command; every line of its output names the stage, because another runs beside it. */
function run({ name, command, environment }: Stage): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    const print = (output: Readable): unknown =>
      createInterface(output).on('line', (line) => console.log(`${name} | ${line}`));
    print(child.stdout);
    print(child.stderr);
    child.once('close', (code) => resolve(code === 0)).once('error', () => resolve(false));
  });
}

async function runLane(stages: readonly Stage[]): Promise<Done[]> {
  const done: Done[] = [];
  for (const stage of stages) {
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
  return done;
}

const python = findPython();
await rm(results, { recursive: true, force: true });
const start = Date.now();
const done = await runLane([build]);
const allPassed = (): boolean => done.every(({ passed }) => passed);
if (allPassed()) done.push(...(await Promise.all(lanes(python).map(runLane))).flat());
if (allPassed()) done.push(...(await runLane(inBrowser)));

console.log(`\n=== summary, ${((Date.now() - start) / 1000).toFixed(0)} s`);
for (const { name, seconds, passed, counts } of done) {
  const tests = counts ? `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped` : '';
  console.log(
    `${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(18)} ${seconds.toFixed(0).padStart(4)} s  ${tests}`,
  );
}
if (!python) console.log('skipped training: its tests need Python 3.11 or later');
if (!existsSync(join(root, '../shared/datasets')) && !process.env['LENTIGO_DATA'])
  console.log('skipped what needs real pictures: no ../shared/datasets and no LENTIGO_DATA');

// Last, where whoever sees only the end of the output finds it.
for (const { name, counts } of done)
  for (const each of counts?.failures ?? []) console.log(`FAILED ${name}: ${each}`);

const sum = (key: Exclude<keyof Counts, 'failures'>): number =>
  done.reduce((total, { counts }) => total + (counts?.[key] ?? 0), 0);
// A stage that failed without a failed test of its own counts as one.
const broken = done.filter(({ passed, counts }) => !passed && !counts?.failed).length;
const failed = sum('failed') + broken;
console.log(`\n${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
