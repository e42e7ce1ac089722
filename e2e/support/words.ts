/** The app's own words, so that a test looks for what the screen says. */
import clinic from '../../src/i18n/messages/en-x-clinic.json' with { type: 'json' };
import home from '../../src/i18n/messages/en.json' with { type: 'json' };

type Key = keyof typeof home;
type Values = Readonly<Record<string, string | number>>;
/** A text, or its variants by grammatical number. */
type Message = string | readonly { readonly match: Readonly<Record<string, string>> }[];

let messages: Readonly<Record<Key, Message>> = home;

/** From now on the words are those of this mode. */
export function speakTo(mode: 'self' | 'clinician'): void {
  messages = mode === 'clinician' ? { ...home, ...clinic } : home;
}

/** The text of a message, with its `{values}` filled in. */
export function words(key: Key, values: Values = {}): string {
  return textOf(messages[key], values).replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    String(values[name] ?? ''),
  );
}

/** A pattern for a message, whatever its `{values}` are. */
export function anyWords(key: Key): RegExp {
  const message = messages[key];
  const texts =
    typeof message === 'string' ? [message] : message.flatMap(({ match }) => Object.values(match));
  return new RegExp(texts.map((text) => `(?:${patternOf(text)})`).join('|'));
}

function textOf(message: Message, values: Values): string {
  if (typeof message === 'string') return message;
  const variants = Object.entries(message[0]?.match ?? {});
  // The selector of "countPlural=one" is the value "count".
  const fitting = variants.find(([selector]) => {
    const [name = '', category] = selector.split('Plural=');
    return new Intl.PluralRules('en').select(Number(values[name])) === category;
  });
  if (!fitting) throw new Error(`No variant for ${JSON.stringify(values)}: ${JSON.stringify(variants)}`);
  return fitting[1];
}

function patternOf(text: string): string {
  return text
    .split(/\{\w+\}/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.+');
}
