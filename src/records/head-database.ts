/** The name of the database of `heads.ts`, so that deleting everything need not load that module. */
export const headDatabase = 'lentigo-heads';
