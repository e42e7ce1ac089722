/** Schemas of opinions and of what they are signed with. Bounded, because they come from somebody else. */
import * as v from 'valibot';
import type { Opinion } from '../../domain/visit/visit';

/** 32 bytes in hexadecimal. */
export const PublicKey = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** 64 bytes in hexadecimal. */
export const SignatureText = v.pipe(v.string(), v.regex(/^[0-9a-f]{128}$/));

const id = v.pipe(v.string(), v.uuid());
const time = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(8.64e15));

const OpinionSchema = v.object({
  id,
  author: v.pipe(v.string(), v.maxLength(200)),
  writtenAt: time,
  code: v.nullable(v.pipe(v.string(), v.maxLength(50))),
  note: v.pipe(v.string(), v.maxLength(20_000)),
  /** Absent in what earlier versions wrote. */
  signature: v.exactOptional(
    v.object({ visit: id, writtenAt: time, key: PublicKey, signature: SignatureText }),
  ),
}) satisfies v.GenericSchema<Opinion>;

export const Opinions = v.pipe(v.array(OpinionSchema), v.maxLength(500));
