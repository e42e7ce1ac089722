/**
 * Makes compiled messages smaller: a wording that has no words of its own is not asked for. Paraglide writes a branch for
 * each wording into every message, most of which are the same in all.
 */
import type { Plugin } from 'vite';

export const leanMessages: Plugin = {
  name: 'lean-messages',
  transform: {
    filter: { id: /\/paraglide\/messages\/[^/]+\.js$/ },
    handler: (code) => leaner(code),
  },
};

/** @param code of a message as Paraglide compiles it; what is not in that form stays as it is */
export function leaner(code: string): string {
  const aliases = new Map(
    Array.from(code.matchAll(/^const (\w+) = (\w+);$/gm), ([, name = '', of = '']) => [name, of]),
  );
  const resolved = (name: string): string => {
    const of = aliases.get(name);
    return of === undefined ? name : resolved(of);
  };
  return code.replace(
    /^\tconst locale = .*\n((?:\tif \(locale === "[^"]+"\) return \w+\(inputs\)\n)+)\treturn (\w+)\(inputs\)$/m,
    (whole, branches: string, last: string) => {
      const found = Array.from(
        branches.matchAll(/locale === "([^"]+)"\) return (\w+)/g),
        ([, locale = '', name = '']) => ({ locale, name: resolved(name) }),
      );
      const base = found.find(({ locale }) => locale === 'en')?.name;
      const others = found.filter(({ name }) => name !== base);
      const rest = resolved(last);
      if (base === undefined) return whole;
      if (others.length === 0 && rest === base) return `\treturn ${base}(inputs)`;
      const [first = ''] = whole.split('\n');
      // The last one has no name in the code: what is not it is asked for by name.
      const asked = rest === base ? others : found;
      return [
        first,
        ...asked.map(({ locale, name }) => `\tif (locale === "${locale}") return ${name}(inputs)`),
        `\treturn ${rest}(inputs)`,
      ].join('\n');
    },
  );
}
