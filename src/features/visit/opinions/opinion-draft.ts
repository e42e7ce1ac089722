/** The name of the form for an opinion among the drafts. @param visit its id */
export function opinionForm(visit: string): string {
  return `opinion:${visit}`;
}
