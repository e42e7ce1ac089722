import { HeadRepository } from '../../records/heads';
import { record } from '../record';

/** The heads of this device. */
export const heads = new HeadRepository(record.store);
