import { AddressBook } from '../records/exchange/case/address-book';
import { record } from './record';

/** In its own module, so that only pages that share load it. */
export const addressBook = new AddressBook(record.store);
