import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { leaner } from './lean-messages.ts';

const folder = new URL('../../src/i18n/paraglide/messages/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.js') && name !== '_index.js');

type Message = (inputs: Record<string, string>) => string;

/** What a compiled message says in a wording. */
function say(code: string, name: string, locale: string, inputs: Record<string, string>): string {
  const body = code.replace(/^import .*$/gm, '').replace(/^export const /gm, 'const ');
  // The compiled module as a function: its own imports are handed in.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const make = new Function(
    'getLocale',
    'experimentalStaticLocale',
    'registry',
    `${body}\nreturn ${name};`,
  ) as (
    getLocale: () => string,
    experimentalStaticLocale: undefined,
    registry: { plural: () => string },
  ) => Message;
  return make(() => locale, undefined, { plural: () => 'other' })(inputs);
}

it('leaves every message as it is in every wording', () => {
  let shorter = 0;
  for (const file of names) {
    const name = file.slice(0, -'.js'.length);
    const code = readFileSync(new URL(file, folder), 'utf8');
    const lean = leaner(code);
    if (lean.length < code.length) shorter += 1;
    const inputs = Object.fromEntries(
      Array.from(code.matchAll(/i\??\.(\w+)/g), ([, input = '']) => [input, `<${input}>`]),
    );
    for (const locale of ['en', 'en-x-clinic', 'en-x-sample']) {
      expect(say(lean, name, locale, inputs), `${name} ${locale}`).toBe(say(code, name, locale, inputs));
    }
  }
  expect(shorter).toBeGreaterThan(names.length / 2);
});
