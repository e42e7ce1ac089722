import { Encrypter } from 'age-encryption';
import { beforeEach, expect, it, vi } from 'vitest';
import { AgeWorkerHere } from '../../test/age-worker';
import { AgeFile, encrypted } from './age';

beforeEach(() => vi.stubGlobal('Worker', AgeWorkerHere));

const spoken = '\u00c4rger \ufb01nden \u00fcber \u00d6l';
const forms = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const;

async function* plain() {
  await Promise.resolve();
  yield new Uint8Array([1, 2, 3]);
}

it.each(forms)('a file saved by a passphrase as %s is opened however it is typed', async (saved) => {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const lock = { passphrase: spoken.normalize(saved), cost: 2 };
  for await (const chunk of encrypted(plain(), lock)) parts.push(chunk);
  for (const typed of forms) {
    await expect(
      AgeFile.open(new Blob(parts), { passphrase: spoken.normalize(typed) }),
    ).resolves.toBeDefined();
  }
});

it.each(forms.slice(0, 3))(
  'a file that another program made as %s is opened by what the keyboard makes',
  async (form) => {
    const encrypter = new Encrypter();
    encrypter.setScryptWorkFactor(2);
    encrypter.setPassphrase(spoken.normalize(form));
    const file = new Blob([Uint8Array.from(await encrypter.encrypt('backup'))]);
    await expect(AgeFile.open(file, { passphrase: spoken })).resolves.toBeDefined();
    await expect(AgeFile.open(file, { passphrase: `${spoken}!` })).rejects.toMatchObject({
      code: 'backup-passphrase',
    });
  },
);
