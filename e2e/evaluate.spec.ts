import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'playwright/test';
import type { Report } from '../src/domain/evaluation/report';
import { drawLesion } from './support/lesion.ts';

const root = join(import.meta.dirname, '..');

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

function evaluate(
  args: readonly string[],
  onStart?: (process: ChildProcess) => void,
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/evaluate.ts', ...args], {
      cwd: root,
      env: { ...process.env, ...env },
    });
    let output = '';
    const collect = (data: Buffer): void => void (output += String(data));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('exit', (status) => resolve({ status, output }));
    onStart?.(child);
  });
}

const readCsv = (path: string): Record<string, string>[] =>
  parse(readFileSync(path, 'utf8'), { columns: true });

/** Without what differs from run to run. */
const lasting = (rows: Record<string, string>[]): unknown[] =>
  rows.map((row) => ({ ...row, milliseconds: '' }));

test('gives every file a row, whatever is wrong with it', async () => {
  const testInfo = test.info();
  const images = testInfo.outputPath('images');
  const out = testInfo.outputPath('out');
  mkdirSync(join(images, 'nested.jpg'), { recursive: true });
  const lesion = await drawLesion(1);
  writeFileSync(join(images, 'good.jpg'), lesion);
  writeFileSync(join(images, 'with ünïcode & space.jpg'), await drawLesion(2));
  writeFileSync(join(images, 'cut.jpg'), lesion.subarray(0, 40));
  writeFileSync(join(images, 'empty.jpg'), '');
  writeFileSync(join(images, 'text.jpg'), 'This is not a picture.');
  const labels = testInfo.outputPath('labels.csv');
  writeFileSync(
    labels,
    [
      'file,dx,age',
      'good.jpg,MEL,45',
      'with ünïcode & space.jpg,nv,',
      'cut.jpg,nv,',
      'empty.jpg,nv,',
      'text.jpg,bcc,',
      'nowhere.jpg,bcc,',
      'nested.jpg,bcc,',
      'good.jpg,wart,50',
      'good.jpg,none,',
    ].join('\n'),
  );

  const { status, output } = await evaluate(['--images', images, '--labels', labels, '--out', out]);
  expect(status, output).toBe(0);

  const rows = readCsv(join(out, 'predictions.csv'));
  expect(rows.map(({ error }) => error)).toEqual([
    '',
    '',
    'picture-damaged',
    'picture-empty',
    'picture-unsupported',
    'file-missing',
    'file-unreadable',
    'unknown-label',
    '',
  ]);
  expect(rows[0]).toMatchObject({ file: 'good.jpg', dx: 'MEL', age: '45', prior: 'equal' });
  expect(rows[0]?.['crop']).toMatch(/^\d+ \d+ \d+$/);
  expect(rows[0]?.['domain']).toMatch(/^(dermatoscope|phone)$/);
  expect(output).toContain(
    '"wart". They are read, but do not count in the figures. Known labels: akiec, bcc,',
  );
  const codes = ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'];
  for (const row of rows.filter(({ predicted }) => predicted)) {
    const sum = codes.reduce((total, code) => total + Number(row[`p_${code}`]), 0);
    expect(sum).toBeCloseTo(1, 4);
    expect(codes).toContain(row['predicted']);
    expect(Number(row['milliseconds'])).toBeGreaterThan(0);
  }
  // The same file is read the same, whatever its label.
  expect(rows[7]?.['p_mel']).toBe(rows[0]?.['p_mel']);

  const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
  expect(report).toMatchObject({ rows: 9, read: 4, backends: { wasm: 4 } });
  expect(report.accuracy.n).toBe(2);
  expect(report.refused.none.n).toBe(1);
  expect(output).toContain('9 listed, 4 read');
});

test('says what is wrong with its arguments', async () => {
  const missing = await evaluate(['--images', 'nowhere']);
  expect(missing.status).toBe(2);
  expect(missing.output).toContain('--images and --labels are needed');
  const unknown = await evaluate(['--colour', 'red']);
  expect(unknown.status).toBe(2);
  expect(unknown.output).toContain('npm run evaluate --');
});

test('goes on with a stopped run, and leaves nothing temporary behind', async () => {
  const testInfo = test.info();
  const images = testInfo.outputPath('images');
  // Short: Chromium puts a socket into it.
  const temporary = mkdtempSync(join(tmpdir(), 'stopped-'));
  mkdirSync(images);
  const files = Array.from({ length: 100 }, (_, seed) => `${seed}.jpg`);
  const lesions = await Promise.all([1, 2, 3].map((seed) => drawLesion(seed)));
  for (const [seed, file] of files.entries()) writeFileSync(join(images, file), lesions[seed % 3] ?? '');
  const labels = testInfo.outputPath('labels.csv');
  writeFileSync(labels, ['file,dx', ...files.map((file) => `${file},nv`)].join('\n'));
  const out = testInfo.outputPath('out');
  const args = ['--images', images, '--labels', labels, '--out', out];
  const env = { TMPDIR: temporary, TMP: temporary, TEMP: temporary };

  let during: string[] = [];
  const stopped = await evaluate(
    args,
    (child) => {
      child.stderr?.once('data', () => {
        // The first line of progress: a page is built and a browser at work.
        during = readdirSync(temporary);
        child.kill('SIGTERM');
      });
    },
    env,
  );
  expect(stopped.status, stopped.output).toBe(143);
  expect(stopped.output).toMatch(/Stopped after \d+ of 100 pictures/);
  const theirs = (names: string[]): string[] => names.filter((name) => /^(lentigo|playwright)/.test(name));
  expect(theirs(during)).not.toEqual([]);
  expect(theirs(readdirSync(temporary))).toEqual([]);
  const before = readCsv(join(out, 'predictions.csv'));
  expect(before.length).toBeGreaterThan(0);
  expect(before.length).toBeLessThan(files.length);
  expect(existsSync(join(out, 'report.json'))).toBe(false);

  const other = await evaluate([...args, '--views', '8']);
  expect(other.status).toBe(2);
  expect(other.output).toContain('views: then 1, now 8');
  expect(other.output).not.toContain('pictures: then');

  const resumed = await evaluate(args, undefined, env);
  expect(resumed.status, resumed.output).toBe(0);
  expect(resumed.output).toContain(`Goes on with a stopped run: ${before.length} of 100 pictures`);
  const rows = readCsv(join(out, 'predictions.csv'));
  // The time of each differs from run to run: what was read is not read again.
  expect(rows.slice(0, before.length)).toEqual(before);
  expect(rows.map(({ file }) => file)).toEqual(files);
  expect(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'))).toMatchObject({ rows: 100, read: 100 });
  expect(readdirSync(out).sort()).toEqual(['predictions.csv', 'report.json']);
  expect(theirs(readdirSync(temporary))).toEqual([]);
  rmSync(temporary, { recursive: true });
});

test('refuses before it reads what cannot come to anything', async () => {
  const images = test.info().outputPath('images');
  const empty = test.info().outputPath('empty');
  const plain = test.info().outputPath('plain');
  for (const folder of [images, empty, plain]) mkdirSync(folder);
  const manifest = JSON.parse(readFileSync(join(root, 'public/model/manifest.json'), 'utf8')) as object;
  writeFileSync(
    join(plain, 'manifest.json'),
    JSON.stringify({ ...manifest, priors: undefined, domainCalibration: undefined }),
  );
  writeFileSync(join(images, 'good.jpg'), await drawLesion(1));
  const out = test.info().outputPath('out');
  const list = (name: string, rows: string): string => {
    const path = test.info().outputPath(name);
    writeFileSync(path, `file,dx\n${rows}\n`);
    return path;
  };
  const good = list('good.csv', 'good.jpg,mel');
  for (const [args, words] of [
    [['--labels', list('outside.csv', '../good.jpg,mel')], '"../good.jpg" lies outside'],
    [['--labels', good, '--masks', empty], 'has no outline of any listed picture'],
    [['--labels', good, '--model', plain, '--prior', 'home'], 'The model brings no such prior'],
    [['--labels', good, '--prior', 'beach'], 'equal, domain, home, practice, clinic'],
    [['--labels', good, '--out', good], 'nothing can be written to --out'],
    [['--labels', good, '--views', '4'], 'one of 1, 8'],
  ] as const) {
    const { status, output } = await evaluate(['--images', images, '--out', out, ...args]);
    expect(status, output).toBe(2);
    expect(output).toContain(words);
  }
  expect(existsSync(join(out, 'predictions.csv'))).toBe(false);
});

test('goes on when the browser dies, and side by side it reads the same', async () => {
  const testInfo = test.info();
  test.skip(process.platform !== 'linux', 'finds the browser by /proc');
  const images = testInfo.outputPath('images');
  mkdirSync(images);
  const files = Array.from({ length: 60 }, (_, seed) => `${seed}.jpg`);
  for (const [seed, file] of files.entries()) writeFileSync(join(images, file), await drawLesion(seed));
  const labels = testInfo.outputPath('labels.csv');
  writeFileSync(labels, ['file,dx', ...files.map((file) => `${file},nv`)].join('\n'));
  const args = ['--images', images, '--labels', labels, '--out'];

  let killed = 0;
  const lonely = testInfo.outputPath('lonely');
  const first = await evaluate([...args, lonely], (child) => {
    child.stderr?.on('data', () => {
      // The first line of progress: work is under way.
      if (killed === 0) killed = killRenderers(child.pid ?? 0);
    });
  });
  expect(first.status, first.output).toBe(0);
  expect(killed).toBeGreaterThan(0);

  // The figures of careful reading are others, so it is no use to compare them; that they come is.
  const careful = testInfo.outputPath('careful');
  const few = testInfo.outputPath('few.csv');
  writeFileSync(few, 'file,dx\n0.jpg,nv\n1.jpg,mel');
  const third = await evaluate(['--images', images, '--labels', few, '--careful', '--out', careful]);
  expect(third.status, third.output).toBe(0);
  expect(third.output).toContain('all eight views agree');
  for (const { views_agree } of readCsv(join(careful, 'predictions.csv'))) {
    expect(views_agree).toMatch(/^[1-8]$/);
  }

  const together = testInfo.outputPath('together');
  const second = await evaluate([...args, together, '--jobs', '2']);
  expect(second.status, second.output).toBe(0);

  const rows = readCsv(join(lonely, 'predictions.csv'));
  expect(rows.every(({ error }) => error === '')).toBe(true);
  expect(rows.map(({ file }) => file)).toEqual(files);
  expect(lasting(readCsv(join(together, 'predictions.csv')))).toEqual(lasting(rows));
});

/** Kills the pages of the browser that `pid` started; returns how many. */
function killRenderers(pid: number): number {
  const processes = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .flatMap((match) =>
      match ? [{ pid: Number(match[1]), parent: Number(match[2]), args: match[3] ?? '' }] : [],
    );
  const family = new Set([pid]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const each of processes) if (family.has(each.parent)) family.add(each.pid);
  }
  const renderers = processes.filter((each) => family.has(each.pid) && each.args.includes('--type=renderer'));
  for (const { pid: renderer } of renderers) process.kill(renderer, 'SIGKILL');
  return renderers.length;
}
