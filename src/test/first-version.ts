/**
 * The record as the first version wrote it: its schema is the first migration, its rows and their encryption are
 * spelt out here and never change.
 */
import { migrations, openDatabase } from '../records/store/database';
import type { NewVisit } from '../domain/visit';

type Bytes = Uint8Array<ArrayBuffer>;

interface FirstExamination extends NewVisit {
  readonly id: string;
  readonly createdAt: Date;
  readonly note: string;
}

/** Makes a database of the first version with these visits. */
export async function writeFirstVersion(
  name: string,
  examinations: readonly FirstExamination[],
): Promise<void> {
  const database = await openDatabase(name, {}, migrations.slice(0, 1));
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
  await database.put('keys', { id: crypto.randomUUID(), key }, 'device');
  for (const { id, createdAt, source, reading, picture, thumbnail, size, frame, note } of examinations) {
    const seal = (field: string, plain: Bytes) => sealed(key, [id, createdAt.getTime(), field], plain);
    const { embedding, ...header } = reading;
    const row = {
      id,
      createdAt,
      summary: await seal(
        'summary',
        framed(
          {
            source,
            top: reading.top,
            probability: reading.probabilities.find(({ code }) => code === reading.top)?.probability ?? 0,
            accepted: reading.accepted,
            flagged: reading.operatingPoints.some((point) => point.id === 'screening' && point.flagged),
            thumbnailType: thumbnail.type,
          },
          new Uint8Array(await thumbnail.arrayBuffer()),
        ),
      ),
      body: await seal(
        'body',
        framed({ reading: header, size, frame }, new Uint8Array(Float32Array.from(embedding).buffer)),
      ),
      note: await seal('note', new TextEncoder().encode(note)),
    };
    await database.put('examinations', row as never);
    const image = framed({ type: picture.type }, new Uint8Array(await picture.arrayBuffer()));
    await database.put('pictures', (await seal('picture', image)) as never, id);
  }
  database.close();
}

function framed(header: object, tail: Bytes): Bytes {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(4 + text.length + tail.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  bytes.set(tail, 4 + text.length);
  return bytes;
}

async function sealed(key: CryptoKey, place: readonly unknown[], plain: Bytes): Promise<Bytes> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode(JSON.stringify(['lentigo-record', 1, ...place]));
  const ciphertext = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, plain);
  return Uint8Array.from([...iv, ...new Uint8Array(ciphertext)]);
}
