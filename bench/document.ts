/** docs/benchmarks.md: a head, and one part for each section, which can be renewed one by one. */

const head = `# Benchmarks

Made by \`npm run bench -- --write\`; \`--only NAME\` renews one section. Medians of rounds after a warm-up; what is
compared is measured in turn in one run. Milliseconds are those of the machine and its load; the ratios are what lasts.
`;

export interface DocumentPart {
  readonly title: string;
  readonly text: string;
}

/**
 * The document with `fresh` parts in place of those of the same title. Parts stand in the order of `titles`;
 * those of other titles are dropped.
 */
export function renew(before: string, titles: readonly string[], fresh: readonly DocumentPart[]): string {
  const parts = new Map(
    before
      .split(/^## /m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf('\n');
        return [part.slice(0, end), part.slice(end).trim()] as const;
      }),
  );
  for (const { title, text } of fresh) parts.set(title, text.trim());
  const written = titles.flatMap((title) => {
    const text = parts.get(title);
    return text === undefined ? [] : [`## ${title}\n\n${text}\n`];
  });
  return [head, ...written].join('\n');
}
