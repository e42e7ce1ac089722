/** Answers the requests of age-protocol.ts; everything that is slow or secret about age files happens here. */
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { AgeFollowUp, AgeKey, AgeLock, AgeReply, AgeRequest } from './age-protocol';

/** The worker's side of the conversation. */
export interface AgePort {
  postMessage(message: AgeReply): void;
  onmessage: ((event: MessageEvent<AgeRequest | AgeFollowUp>) => void) | null;
}

type Kind = AgeFollowUp['kind'];
type FollowUp<K extends Kind> = Extract<AgeFollowUp, { kind: K }>;
type Ask = <K extends Kind>(kind: K) => Promise<FollowUp<K>>;
type Tell = (reply: AgeReply) => void;

export function serve(port: AgePort): void {
  const waiting = new Map<Kind, (message: never) => void>();
  const ask: Ask = (kind) => new Promise((resolve) => waiting.set(kind, resolve));
  const tell: Tell = (reply) => port.postMessage(reply);
  port.onmessage = ({ data }) => {
    if (data.kind === 'plain' || data.kind === 'more') {
      waiting.get(data.kind)?.(data as never);
      return;
    }
    answer(data, ask, tell).catch((error: unknown) => tell({ kind: 'failed', detail: String(error) }));
  };
}

async function answer(request: AgeRequest, ask: Ask, tell: Tell): Promise<void> {
  switch (request.kind) {
    case 'identity': {
      const identity = await generateX25519Identity();
      tell({ kind: 'made', identity, recipient: await identityToRecipient(identity) });
      return;
    }
    case 'open':
      tell({ kind: 'opened', fileKey: await fileKeyOf(request.header, request.key) });
      return;
    case 'encrypt':
      await handOver(await encrypterOf(request.lock).encrypt(wanted(ask, tell)), () => 0, ask, tell);
      return;
    case 'decrypt': {
      const { file, fileKey } = request;
      const decrypter = new Decrypter();
      decrypter.addIdentity({ unwrapFileKey: () => fileKey });
      let read = 0;
      const counted = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          read += chunk.length;
          controller.enqueue(chunk);
        },
      });
      await handOver(await decrypter.decrypt(file.stream().pipeThrough(counted)), () => read, ask, tell);
    }
  }
}

function encrypterOf(lock: AgeLock): Encrypter {
  const encrypter = new Encrypter();
  if ('passphrase' in lock) {
    encrypter.setPassphrase(lock.passphrase);
    encrypter.setScryptWorkFactor(lock.cost);
  } else {
    for (const recipient of lock.recipients) encrypter.addRecipient(recipient);
  }
  return encrypter;
}

async function fileKeyOf(header: Uint8Array, key: AgeKey): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const decrypter = new Decrypter();
  if ('passphrase' in key) decrypter.addPassphrase(key.passphrase);
  else decrypter.addIdentity(key.identity);
  try {
    return Uint8Array.from(await decrypter.decryptHeader(header));
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('no identity matched')) return undefined;
    throw error;
  }
}

/** What the page sends, a piece at a time, none before it is needed. */
function wanted(ask: Ask, tell: Tell): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const plain = ask('plain');
        tell({ kind: 'want' });
        const { chunk } = await plain;
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Sends a stream to the page, the next piece when the last one has been used. */
async function handOver(
  stream: ReadableStream<Uint8Array>,
  read: () => number,
  ask: Ask,
  tell: Tell,
): Promise<void> {
  // Safari cannot iterate over a stream.
  const reader = stream.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const more = ask('more');
    tell({ kind: 'chunk', chunk: Uint8Array.from(value), read: read() });
    await more;
  }
  tell({ kind: 'done' });
}
