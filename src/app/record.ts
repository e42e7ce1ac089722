import { HealthRecord } from '../records/record';

/** The record of this device: the one connection to it that the page has. */
export const record = new HealthRecord();
