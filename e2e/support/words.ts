/** The app's own words, so that a test looks for what the screen says. */
import messages from '../../src/i18n/messages/en.json' with { type: 'json' };

type Key = keyof typeof messages;

/** The text of a message, with its `{values}` filled in. */
export function words(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  return messages[key].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** A pattern for a message, whatever its `{values}` are. */
export function anyWords(key: Key): RegExp {
  const parts = messages[key].split(/\{\w+\}/);
  return new RegExp(parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+'));
}
