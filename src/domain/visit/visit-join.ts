/** Two visits of one lesion on one day that are made one. */
import type { Diagnosis, Remarks } from './visit';
import { warningSigns, type WarningSigns } from '../warning-signs';

/** The content of both; the advice must be worked out again. Undefined where they contradict each other. */
export function joinedRemarks(a: Remarks, b: Remarks): Remarks | undefined {
  const [diagnosis, histology] = [
    joinedDiagnosis(a.diagnosis, b.diagnosis),
    joinedDiagnosis(a.histology, b.histology),
  ];
  if (diagnosis === undefined || histology === undefined) return undefined;
  return {
    note: joinedText(a.note, b.note),
    diagnosis,
    histology,
    checklist:
      a.checklist && b.checklist ? joinedSigns(a.checklist, b.checklist) : (a.checklist ?? b.checklist),
    triage: a.triage ?? b.triage,
    impression: a.impression ?? b.impression,
  };
}

/** Undefined where they name different conditions. */
function joinedDiagnosis(a: Diagnosis | null, b: Diagnosis | null): Diagnosis | null | undefined {
  if (!a || !b) return a ?? b;
  return a.code === b.code ? { ...a, text: joinedText(a.text, b.text) } : undefined;
}

/** A "yes" of either counts, then a "no": both were said of the same lesion on the same day. */
function joinedSigns(a: WarningSigns, b: WarningSigns): WarningSigns {
  const answers = warningSigns.map((sign) => {
    const said = [a[sign], b[sign]];
    return [sign, said.includes('yes') ? 'yes' : said.includes('no') ? 'no' : 'not-asked'] as const;
  });
  return Object.fromEntries(answers) as unknown as WarningSigns;
}

function joinedText(a: string, b: string): string {
  return [...new Set([a, b])].filter(Boolean).join('\n');
}
