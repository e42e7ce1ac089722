import { join } from 'node:path';
import { median, quantile } from 'simple-statistics';
import type { Page } from 'playwright';
import { words } from '../../e2e/support/words.ts';
import { bundleScript } from '../../scripts/bundle-script.ts';
import { serve } from '../../scripts/static-server.ts';
import { milliseconds, pairHead, pairRow, ratioOf, table } from '../markdown.ts';
import type { Filling } from '../page/records.ts';
import type * as InPage from '../page/records.ts';
import type { Section } from '../section.ts';

const large: Filling = { patients: 5000, visits: 10_000, picture: [640, 480] };
/** What the large record is compared with: a list of one screen needs as much. */
const small: Filling = { patients: 50, visits: 100, picture: [640, 480] };
const middle: Filling = { patients: 500, visits: 1000, picture: [640, 480] };

/** One lesion that is followed for years, and one that was seen twice. */
const often: Filling = { patients: 1, visits: 100, picture: [640, 480] };
const twice: Filling = { ...often, visits: 2 };

const historySearch = 'quill forearm';
const patientSearch = 'ada quill 1';

interface RecordTimes {
  readonly list: readonly number[];
  /** Most rows that were in the document. */
  readonly rows: number;
  /** Bytes of JavaScript after the list was opened and swept. */
  readonly heap: number;
  readonly filter: readonly number[];
  readonly patients: readonly number[];
  /** From the navigation, and with it the unlock, to the first rows of the list with their pictures. */
  readonly opened: readonly number[];
}

/** A page of the app in which `records` can be called. */
class Tab {
  readonly page: Page;
  readonly #code: string;

  constructor(page: Page, code: string) {
    this.page = page;
    this.#code = code;
  }

  /** Evaluated by the browser's debugger: the page's own policy would not let the script in. */
  call<N extends keyof typeof InPage>(
    name: N,
    ...values: Parameters<(typeof InPage)[N]>
  ): Promise<Awaited<ReturnType<(typeof InPage)[N]>>> {
    const list = values.map((value) => JSON.stringify(value)).join(', ');
    return this.page.evaluate(`(async () => { ${this.#code}; return records.${name}(${list}); })()`);
  }

  async firstStart(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.getByRole('button', { name: words('disclaimer_accept') }).click();
    await this.page.getByRole('button', { name: words('mode_clinician') }).click();
    await this.page.getByText(words('reader_ready')).waitFor();
  }

  /** Opens a page and waits until the catalogue is read: from then on its figures do not change. */
  async settle(hash: string, words: string): Promise<void> {
    await this.page.evaluate((address) => (location.hash = address), hash);
    await this.page.getByText(words, { exact: true }).waitFor();
  }

  /** Milliseconds from the navigation to the first row of a list with its picture. */
  async openAnew(hash: string): Promise<number> {
    await this.page.evaluate((address) => (location.hash = address), hash);
    await this.page.reload({ waitUntil: 'commit' });
    const found = await this.page.waitForFunction(
      () => document.querySelector('[role="listitem"] img[src]') && performance.now(),
    );
    return Number(await found.jsonValue());
  }

  async heap(): Promise<number> {
    const cdp = await this.page.context().newCDPSession(this.page);
    await cdp.send('HeapProfiler.collectGarbage');
    const { usedSize } = await cdp.send('Runtime.getHeapUsage');
    await cdp.detach();
    return usedSize;
  }
}

async function timeApp(tab: Tab, { patients, visits }: Filling, rounds: number): Promise<RecordTimes> {
  await tab.page.reload();
  await tab.settle('#/patients', words('patients_found', { count: patients }));
  const searched: number[] = [];
  for (let round = 0; round < 2; round++) searched.push(...(await tab.call('typeSearch', patientSearch)));
  const list: number[] = [];
  let rows = 0;
  for (let round = -1; round < rounds; round++) {
    const opened = await tab.call('openList');
    rows = Math.max(rows, opened.rows);
    if (round >= 0) list.push(opened.milliseconds);
  }
  await tab.settle('#/history', words('history_count', { count: visits }));
  const heap = await tab.heap();
  const opened: number[] = [];
  for (let round = 0; round < rounds; round++) opened.push(await tab.openAnew('#/history'));
  const filter: number[] = [];
  for (let round = 0; round < 2; round++) filter.push(...(await tab.call('typeSearch', historySearch)));
  return { list, rows, heap, filter, patients: searched, opened };
}

async function timeLesion(tab: Tab, rounds: number): Promise<number[]> {
  await tab.page.reload();
  await tab.page.getByText(words('reader_ready')).waitFor();
  const page = await tab.call('lesionPage');
  const times: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const opened = await tab.call('openLesion', page);
    if (round >= 0) times.push(opened);
  }
  return times;
}

const viewport = { width: 820, height: 1180 };

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const slow = (times: readonly number[]): string => `${quantile([...times], 0.95).toFixed(0)} ms`;
const ratio = (a: number, b: number): string => (a / b).toFixed(2);

export const records: Section = {
  name: 'records',
  title: 'A record of 10,000 visits',

  async measure({ host, dist, rounds }) {
    const code = await bundleScript(join(import.meta.dirname, '../page/records.ts'), 'records');
    const server = await serve({ '/': dist });
    const some = Math.min(rounds, 11);
    const times: RecordTimes[] = [];
    const lesions: number[][] = [];
    let catalogue: Awaited<ReturnType<typeof InPage.catalogue>> | undefined;
    let pictureBytes = 0;
    let usage = 0;
    try {
      for (const filling of [small, middle, large]) {
        const context = await host.browser.newContext({ locale: 'en-GB', viewport });
        context.setDefaultTimeout(0);
        const tab = new Tab(await context.newPage(), code);
        await tab.firstStart(server.url);
        const before = await tab.page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
        pictureBytes = await tab.call('fill', filling);
        usage =
          (await tab.page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0)) - before;
        times.push(await timeApp(tab, filling, some));
        if (filling === large) catalogue = await tab.call('catalogue', 3, 1);
        await context.close();
      }
      for (const filling of [twice, often]) {
        const context = await host.browser.newContext({ locale: 'en-GB', viewport });
        context.setDefaultTimeout(0);
        const tab = new Tab(await context.newPage(), code);
        await tab.firstStart(server.url);
        await tab.call('fill', filling);
        lesions.push(await timeLesion(tab, some));
        await context.close();
      }
    } finally {
      server.close();
    }
    const [few, several, many] = times;
    const [seenTwice = [], seenOften = []] = lesions;
    if (!few || !several || !many || !catalogue) throw new Error('nothing was measured');
    const growth = (of: (each: RecordTimes) => readonly number[]): number =>
      median([...of(many)]) / median([...of(few)]);
    const row = (name: string, of: (each: RecordTimes) => readonly number[]): string[] => [
      name,
      milliseconds(of(few)),
      milliseconds(of(several)),
      `${milliseconds(of(many))} (95 % within ${slow(of(many))})`,
      growth(of).toFixed(2),
    ];
    const text = `Drawn visits of ${large.patients} patients with a lesion each, made through the app's own repositories; one picture
each of ${(pictureBytes / 1000).toFixed(0)} kB. The built app on a screen of 820 x 1180, beside the same app with ${small.visits} visits of
${small.patients} patients and ${middle.visits} of ${middle.patients}. "Answered" is from the key to the drawn frame in which every row on the screen is there; frames come
every 16.7 ms. The patients are searched at once after the start, while the rest of the catalogue is still being read.

${table(
  ['what', '100 visits', '1,000 visits', '10,000 visits', '10,000 to 100'],
  [
    row('unlock to the first list, from the navigation', ({ opened }) => opened),
    row('list opens, to its first pictures', ({ list }) => list),
    row(`a key of "${historySearch}" in the history, answered`, ({ filter }) => filter),
    row(`a key of "${patientSearch}" among the patients, answered`, ({ patients }) => patients),
    [
      'most rows of the list in the document',
      String(few.rows),
      String(several.rows),
      String(many.rows),
      ratio(many.rows, few.rows),
    ],
    [
      'memory of the page with the list open',
      megabytes(few.heap),
      megabytes(several.heap),
      megabytes(many.heap),
      ratio(many.heap, few.heap),
    ],
  ],
)}

${table(
  ['what', '2 visits', '100 visits', 'ratio'],
  [
    [
      'page of one lesion, to its first picture',
      milliseconds(seenTwice),
      milliseconds(seenOften),
      ratioOf({ ours: seenOften, bare: seenTwice }).toFixed(2),
    ],
  ],
)}

${table(pairHead, [
  pairRow(
    'catalogue after the unlock',
    catalogue,
    'the same rows read and decrypted, and nothing made of them',
  ),
])}

The record takes ${megabytes(usage)} of the browser's storage, ${(usage / large.visits / 1000).toFixed(0)} kB a visit. The memory grows by the
catalogue (everything but the pictures, for lists and searches): ${((many.heap - few.heap) / (large.visits + 2 * large.patients)).toFixed(0)} bytes for each row of it.`;
    return {
      results: { few, middle: several, many, seenTwice, seenOften, catalogue, usage, pictureBytes },
      text,
      ratios: [
        { what: 'unlock to the first list, 10,000 visits to 100', ratio: growth(({ opened }) => opened) },
        { what: 'list opens, 10,000 visits to 100', ratio: growth(({ list }) => list) },
        { what: 'a key in the history, 10,000 visits to 100', ratio: growth(({ filter }) => filter) },
        {
          what: 'page of a lesion, 100 visits to 2',
          ratio: ratioOf({ ours: seenOften, bare: seenTwice }),
        },
        { what: 'catalogue, to its rows read and decrypted', ratio: ratioOf(catalogue) },
      ],
    };
  },
};
