import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import clinic from './messages/en-x-clinic.json' with { type: 'json' };
import home from './messages/en.json' with { type: 'json' };
import sample from './messages/en-x-sample.json' with { type: 'json' };
import { m } from './paraglide/messages.js';
import { chooseWording } from './wording';

type Message = string | readonly { readonly match: Readonly<Record<string, string>> }[];

const atHome = new Map<string, Message>(Object.entries(home));
const ofSamples = new Map<string, Message>(Object.entries(sample));
const inClinic = new Map<string, Message>(Object.entries(clinic));
/** What clinicians read: their own wording, else the common one. */
const forClinicians = new Map([...atHome, ...inClinic]);
/** Names of conditions stay; what is chosen by mode in the code is read by one of the two only. */
const isOfOneMode = (key: string): boolean => /^class_|_self$|_clinician$/.test(key);

afterEach(() => {
  chooseWording(() => false);
});

describe('the messages', () => {
  it('are all used', () => {
    const code = sourcesIn('src').join('\n');
    const used = new Set(Array.from(code.matchAll(/\bm\.(\w+)/g), ([, key]) => key));
    expect([...atHome.keys()].filter((key) => !used.has(key))).toEqual([]);
  });

  it('say at home what clinicians read in other words, with the same values', () => {
    for (const [key, message] of inClinic) {
      expect(message, key).not.toEqual(atHome.get(key));
      expect(valuesOf(message), key).toEqual(valuesOf(atHome.get(key) ?? ''));
    }
  });

  it('say of samples what they say of lesions, with the same values', () => {
    for (const [key, message] of ofSamples) {
      expect(message, key).not.toEqual(atHome.get(key));
      expect(valuesOf(message), key).toEqual(valuesOf(atHome.get(key) ?? ''));
    }
    expect(
      keysSaying(ofSamples, /\b(spots?|lesions?|skin|moles?|cancers?|precancers?|dermat\w*)\b/i),
    ).toEqual([]);
  });

  it('have one word for each thing in each mode', () => {
    expect(saying(atHome, /\blesions?\b/i)).toEqual([]);
    expect(saying(forClinicians, /\bspots?\b/i)).toEqual([]);
    // Words that the glossary replaced by others.
    const replaced =
      /\b(belief|readings?|examinations? of|frames?|careful|entry|entries|nobody fits|own number|go on|by heart|take it back|no more)\b/i;
    expect(saying(atHome, replaced)).toEqual([]);
    expect(saying(forClinicians, replaced)).toEqual([]);
  });

  it('never say that there is no cancer, nor send a clinician to a doctor', () => {
    for (const messages of [atHome, forClinicians]) {
      expect(
        keysSaying(messages, /\bno (sign of )?(cancer|concern)\b|\bcancer-free\b|\bharmless\b/i),
      ).toEqual([]);
    }
    expect(
      saying(forClinicians, /\b(see|show|ask|tell) (it to )?(a|your) (doctor|dermatologist)\b/i),
    ).toEqual([]);
  });

  it('follow the mode', () => {
    expect(m.triage_soon()).toBe(home.triage_soon);
    chooseWording(() => true);
    expect(m.triage_soon()).toBe(clinic.triage_soon);
    expect(m.app_name()).toBe(home.app_name);
  });

  it('follow the subject of the pack', () => {
    chooseWording(
      () => true,
      () => true,
    );
    expect(m.classify_title()).toBe(sample.classify_title);
    expect(m.app_name()).toBe(home.app_name);
  });

  it('know one thing from several', () => {
    expect(m.lesion_visits({ count: 1 })).toBe('1 visit');
    expect(m.lesion_visits({ count: 2 })).toBe('2 visits');
    expect(m.model_n({ n: '1,002' })).toBe('1,002 pictures');
  });
});

function textsOf(message: Message): string[] {
  return typeof message === 'string' ? [message] : message.flatMap(({ match }) => Object.values(match));
}

/** The words alone, without the names of `{values}`. */
function wordsOf(message: Message): string[] {
  return textsOf(message).map((text) => text.replaceAll(/\{\w+\}/g, '…'));
}

function valuesOf(message: Message): string[] {
  return [...new Set(textsOf(message).flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort();
}

function keysSaying(messages: ReadonlyMap<string, Message>, pattern: RegExp): string[] {
  return [...messages].flatMap(([key, message]) =>
    wordsOf(message).some((text) => pattern.test(text)) ? [key] : [],
  );
}

function saying(messages: ReadonlyMap<string, Message>, pattern: RegExp): string[] {
  return keysSaying(messages, pattern).filter((key) => !isOfOneMode(key));
}

/** The texts of all code that can show a message. */
function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) => /\.(svelte|ts)$/.test(name) && !name.endsWith('.test.ts') && !name.includes('paraglide'),
    )
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}
