/** Rows among those of sharing that have an id of their own; every other is a colleague, under a random one. */

/** This device's own address. */
export const ownRow = 'own';
/** The key that this device signs with. */
export const signingKeyRow = 'signing';
/** The key that signs the backups of this record. */
export const recordKeyRow = 'record';

/** Keys that are made when they are needed, and that no person has entered. */
export const keyRows = [recordKeyRow, signingKeyRow] as const;
