/** docs/benchmarks.md: a head, and one part for each section, which can be renewed one by one. */

const head = `# Benchmarks

Made by \`npm run bench -- --write\`; \`--only NAME\` renews one section. All figures are medians of several rounds after a
warm-up; things that are compared are measured in turn in one run. "Least" is the least that the same work can cost in the
same browser. Milliseconds depend on the machine and its load, so read the ratios: 1 is the least.
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
