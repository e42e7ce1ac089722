/**
 * `npm run record-fixture`: writes a record with the app as it is now and keeps its database as a test fixture,
 * src/records/testdata/record-schema-N.json, N the version of its schema, for the migrations to come. Never over one
 * that is there already: what a migration is tested with must be what the earlier app wrote. Left out are the
 * reserve (random bytes) and the model packs, which hold nothing of a person.
 */
import 'fake-indexeddb/auto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { migrations } from '../src/records/database';
import { parseSettings } from '../src/state/settings';
import { AgeWorkerHere } from '../src/test/age-worker';
import { authenticator } from '../src/test/authenticator';
import { dumpDatabase, toBase64, type DatabaseDump } from '../src/test/database-dump';
import { summed } from '../src/test/record-fixture';
import { passphrase, Scenario } from './record-fixture/scenario';

const name = 'lentigo-records';
const folder = join(import.meta.dirname, '../src/records/testdata');
const base = `record-schema-${migrations.length}`;

const credential = crypto.getRandomValues(new Uint8Array(32));
const secret = crypto.getRandomValues(new Uint8Array(32));
for (const [global, value] of Object.entries({
  ...{ isSecureContext: true, Worker: AgeWorkerHere },
  ...authenticator(credential, secret),
})) {
  Object.defineProperty(globalThis, global, { value, configurable: true });
}

// The device's key never leaves a real device. This one must, or nothing would open the fixture without a lock.
const generateKey = crypto.subtle.generateKey.bind(crypto.subtle) as (
  ...given: readonly unknown[]
) => Promise<CryptoKey>;
Object.defineProperty(crypto.subtle, 'generateKey', {
  value: (algorithm: unknown, _extractable: boolean, usages: unknown) => generateKey(algorithm, true, usages),
});

const settings = parseSettings(
  JSON.stringify({
    mode: 'clinician',
    theme: 'dark',
    careful: true,
    notifyDue: true,
    prevalence: 0.05,
    acceptedDisclaimer: 1,
  }),
);

if ((await readdir(folder)).includes(`${base}.json`)) throw new Error(`${base}.json is there already`);

const scenario = new Scenario(name);
await scenario.firstVersion(name);
const { record } = scenario.at('2025-03-01T08:00:00.000Z');
const introduced = await scenario.introduce('Dr. Mira Okonkwo');
const colleagues = [
  await scenario.colleague('Dr. Noor Haddad'),
  await scenario.colleague('Zoë from the clinic'),
];
await scenario.fill();
await keep(`${base}-open`, await dumpDatabase(name), { 'lentigo-kept': 'yes' });

const recoveryCode = await scenario.at('2025-10-01T18:00:00.000Z').record.lock.protect(passphrase);
await record.lock.addPasskey(passphrase);
await scenario
  .at('2025-10-02T07:00:00.000Z')
  .record.lock.unlock('not this one')
  .catch(() => undefined);
await keep(base, await dumpDatabase(name), { 'lentigo-kept': 'yes', 'lentigo-locked': 'yes' });

const there = <T extends { readonly id: string }>(rows: readonly T[]) =>
  rows.filter(({ id }) => !scenario.gone.includes(id));
const written = await summed({
  settings,
  passphrase,
  recoveryCode,
  passkey: { credential: toBase64(credential), secret: toBase64(secret) },
  ...introduced,
  colleagues,
  patients: there(scenario.patients),
  lesions: there(scenario.lesions),
  examinations: there(scenario.examinations).sort(
    (a, b) => +a.createdAt - +b.createdAt || (a.id < b.id ? -1 : 1),
  ),
  damaged: scenario.damaged,
  gone: scenario.gone,
});
await writeFile(join(folder, `${base}.expected.json`), `${JSON.stringify(written, null, 1)}\n`);
// Its channel, and that of the app's own record, would keep the process.
process.exit();

/** A row a line, so that a difference can be read. */
async function keep(
  file: string,
  { stores, ...database }: DatabaseDump,
  besides: Readonly<Record<string, string>>,
): Promise<void> {
  const localStorage = { 'lentigo-settings': JSON.stringify(settings), ...besides };
  const lines = stores.map(({ rows, ...store }) => {
    const list = rows.map((row) => `\n${JSON.stringify(row)}`).join(',');
    return `${JSON.stringify(store).slice(0, -1)},"rows":[${list}]}`;
  });
  const head = JSON.stringify({ localStorage }).slice(0, -1);
  const body = JSON.stringify(database).slice(0, -1);
  await writeFile(
    join(folder, `${file}.json`),
    `${head},\n"database":${body},"stores":[\n${lines.join(',\n')}\n]}}\n`,
  );
}
