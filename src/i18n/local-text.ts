/** Texts that come with a pack, in the language of the app. */
import type { LocalText } from '../domain/pack/words';
import { getLocale } from './paraglide/runtime.js';

/** The text in the app's wording, else in its language, else in English. */
export function textIn(text: LocalText): string;
export function textIn(text: LocalText | undefined): string | undefined;
export function textIn(text: LocalText | undefined): string | undefined {
  if (text === undefined || typeof text === 'string') return text;
  const locale: string = getLocale();
  const [language = ''] = locale.split('-');
  return text[locale] ?? text[language] ?? text['en'];
}
