/** The ways in which a file is damaged between a camera and a tablet, drawn at random but repeatably. */

/** A number of 0 to below 1. */
export type Random = () => number;

export type Damage = (file: Buffer, random: Random) => Buffer;

/** Length of a run: a sector, or a part of the file of up to a third. */
function run(file: Buffer, random: Random): { from: number; length: number } {
  const length = Math.floor(random() < 0.5 ? 512 : 64 + random() * (file.length / 3));
  const from = Math.floor(random() * Math.max(1, file.length - length));
  return { from, length };
}

function cutAt(file: Buffer, random: Random): number {
  return Math.floor(file.length * (0.02 + 0.97 * random()));
}

export const damages: Readonly<Record<string, Damage>> = {
  cut: (file, random) => file.subarray(0, cutAt(file, random)),
  /** Completed by the repair: the end marker of a JPEG, the last chunk of a PNG. */
  'cut and closed': (file, random) => {
    const end = file[0] === 0xff ? file.subarray(-2) : file.subarray(-12);
    return Buffer.concat([file.subarray(0, cutAt(file, random)), end]);
  },
  /** A download whose end was reserved, but never written. */
  'cut and filled with zeros': (file, random) => Buffer.from(file).fill(0, cutAt(file, random)),
  'run of zeros': (file, random) => {
    const { from, length } = run(file, random);
    return Buffer.from(file).fill(0, from, from + length);
  },
  'part dropped': (file, random) => {
    const { from, length } = run(file, random);
    return Buffer.concat([file.subarray(0, from), file.subarray(from + length)]);
  },
  'part twice': (file, random) => {
    const { from, length } = run(file, random);
    return Buffer.concat([file.subarray(0, from + length), file.subarray(from)]);
  },
  'bit flipped': (file, random) => {
    const damaged = Buffer.from(file);
    const at = Math.floor(random() * file.length);
    damaged[at] = (damaged[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    return damaged;
  },
  'parts swapped': (file, random) => {
    const length = Math.floor(Math.min(512, file.length / 4));
    const damaged = Buffer.from(file);
    const a = Math.floor(random() * (file.length - 2 * length));
    const b = a + length + Math.floor(random() * (file.length - 2 * length - a));
    file.copy(damaged, a, b, b + length);
    file.copy(damaged, b, a, a + length);
    return damaged;
  },
};
