import type { Figure } from '../../../domain/evaluation/report';
import type { unknownLabels } from '../../../domain/evaluation/labels';
import type { Manifest } from '../../../domain/pack/manifest';
import type { FailureCode } from '../../../failure';
import { listOf } from '../../../i18n/format';
import { m } from '../../../i18n/paraglide/messages.js';
import type { FolderProblem } from './check-here.svelte';

/** Unknown labels that are named; a wrong column has thousands. */
const mostNamed = 5;

export function problemWords(problem: FolderProblem): string {
  switch (problem.kind) {
    case 'no-table':
      return m.check_here_no_table();
    case 'no-row':
      return m.check_here_no_row();
    case 'not-a-table':
      return m.check_here_not_a_table();
    case 'no-columns':
      return m.check_here_no_columns();
    case 'column-twice':
      return m.check_here_column_twice({ column: problem.column });
    case 'outside':
      return m.check_here_outside({ file: problem.file });
  }
}

export function unknownWords(
  { count, names }: NonNullable<ReturnType<typeof unknownLabels>>,
  { classes }: Manifest,
): string {
  const named = names.slice(0, mostNamed).map((name) => (name === '' ? m.check_here_empty() : `“${name}”`));
  return m.check_here_unknown({
    count,
    names: listOf([...named, ...(names.length > mostNamed ? ['…'] : [])]),
    known: [...classes.map(({ code }) => code), 'none'].join(', '),
  });
}

/** A row of a table of figures; none where nothing was measured. */
export function estimateOf(name: string, label: string, { value, interval, n }: Figure) {
  return value === null || !interval ? [] : [{ name, label, value, interval, n }];
}

/** Why pictures do not count. */
export function errorWords(code: string, failureWords: (code: FailureCode) => string): string {
  if (code === 'file-missing') return m.check_here_file_missing();
  if (code === 'file-unreadable') return m.check_here_file_unreadable();
  if (code === 'unknown-label') return m.check_here_unknown_label();
  return failureWords(code as FailureCode);
}
