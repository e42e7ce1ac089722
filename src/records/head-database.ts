/** The database of `heads.ts`, by name: whoever deletes everything need not load what reads it. */
export const headDatabase = 'lentigo-heads';
