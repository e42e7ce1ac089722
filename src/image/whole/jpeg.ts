/** Whether a JPEG's compressed data are all there and in step: baseline and progressive, Huffman-coded. */
import { u16 } from '../../domain/picture-header/bytes';
import { tableBytes, writeTable } from './jpeg-huffman';
import { JpegMemory, type Component, type ScanComponent } from './jpeg-memory';
import { followScan, type Followed, type ScanKind } from './jpeg-scan';
import { hasSeam } from './jpeg-seam';
import { damaged, whole, type Wholeness } from './state';
import { Turns } from './turns';

interface Frame {
  readonly isProgressive: boolean;
  readonly components: readonly Component[];
  readonly unitsAcross: number;
  readonly unitsDown: number;
}

/** More is refused anyway. */
const mostPixels = 250e6;

/** A progressive picture has about ten; decoders go through all of its blocks for each. */
const mostScans = 100;
const mostWork = 2.4e9;

/**
 * Whether a JPEG has so many scans that decoding would take minutes. Looks for markers only, up to the end of the
 * first picture.
 * @param pixels of the picture
 */
export function hasTooManyScans(bytes: Uint8Array, pixels: number): boolean {
  let scans = 0;
  for (let at = bytes.indexOf(0xff, 2); at !== -1; at = bytes.indexOf(0xff, at)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xd9) return false;
    if (marker === 0xda && ++scans > Math.min(mostScans, Math.max(20, mostWork / pixels))) return true;
    const isSegment = marker >= 0xc0 && marker !== 0xff && !(marker >= 0xd0 && marker <= 0xd8);
    at += isSegment ? 2 + Math.max(2, u16(bytes, at + 2)) : 1;
  }
  return false;
}

/** Follows all scans of the first picture in the file. Never throws, whatever the bytes. */
export function checkJpeg(bytes: Uint8Array): Promise<Wholeness> {
  return new JpegCheck(bytes).run();
}

class JpegCheck {
  readonly #bytes: Uint8Array;
  readonly #memory = new JpegMemory();
  readonly #turns = new Turns();
  /** The kernel's copy of the file. */
  readonly #file: number;
  /** Places of Huffman tables by class (0 for the means, 16 for the others) and number. */
  readonly #tables = new Map<number, number>();
  readonly #quantisation = new Map<number, Uint16Array>();
  #restart = 0;
  /** Whether the mean levels came in units of all components. */
  #isInterleaved = false;
  #frame: Frame | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#file = this.#memory.place(bytes);
  }

  async run(): Promise<Wholeness> {
    await this.#turns.pass();
    const bytes = this.#bytes;
    let at = 2;
    for (;;) {
      // Decoders step over whatever stands between segments.
      at = bytes.indexOf(0xff, at);
      if (at === -1 || at + 2 > bytes.length) return damaged('ends before its picture does');
      const marker = bytes[at + 1] ?? 0;
      if (marker === 0xff) {
        at += 1;
        continue;
      }
      if (marker === 0xd9) return damaged('end marker before the picture is complete');
      if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8)) {
        at += 2;
        continue;
      }
      const end = at + 2 + Math.max(2, u16(bytes, at + 2));
      if (end > bytes.length) return damaged('ends within a segment');
      const content = bytes.subarray(at + 4, end);
      if (marker === 0xc4) {
        if (!this.#readHuffman(content)) return damaged('impossible Huffman table');
      } else if (marker === 0xdb) {
        this.#readQuantisation(content);
      } else if (marker === 0xdd) {
        this.#restart = u16(content, 0);
      } else if (isFrame(marker)) {
        if (this.#frame) return damaged('a second frame');
        // Arithmetic-coded, lossless and hierarchical: what browsers do not decode need not be checked.
        if (marker > 0xc2) return whole;
        this.#frame = frameOf(content, marker === 0xc2, this.#memory);
        if (!this.#frame) return whole;
      } else if (marker === 0xda) {
        if (!this.#frame) return damaged('a scan before its frame');
        const { damage, end: next } = await this.#scan(content, end, this.#frame);
        if (damage !== undefined) return damaged(damage);
        if (isComplete(this.#frame)) return this.#looked(this.#frame);
        at = next;
        continue;
      }
      at = end;
    }
  }

  #looked({ components }: Frame): Wholeness {
    const isInterleaved = components.length > 1 && this.#isInterleaved;
    return hasSeam(components, isInterleaved, this.#memory)
      ? { state: 'suspect', detail: 'a step along the blocks' }
      : whole;
  }

  async #scan(header: Uint8Array, from: number, frame: Frame): Promise<Followed> {
    const count = header[0] ?? 0;
    const kind: ScanKind = frame.isProgressive
      ? {
          from: header[1 + count * 2] ?? 0,
          to: header[2 + count * 2] ?? 0,
          high: (header[3 + count * 2] ?? 0) >> 4,
          low: (header[3 + count * 2] ?? 0) & 15,
        }
      : // Samsung's and others' baseline files have nonsense here.
        { from: 0, to: 63, high: 0, low: 0 };
    if (!isPossible(kind, frame.isProgressive, count)) return { end: from, damage: 'impossible scan' };
    const components: ScanComponent[] = [];
    for (let i = 0; i < count; i++) {
      const id = header[1 + i * 2];
      const component = frame.components.find((each) => each.id === id);
      if (!component || !advance(component, kind)) return { end: from, damage: 'scan out of order' };
      const tables = header[2 + i * 2] ?? 0;
      const table = this.#quantisation.get(component.quantisation);
      components.push({
        component,
        dcTable: this.#tables.get(tables >> 4) ?? 0,
        acTable: this.#tables.get(16 + (tables & 15)) ?? 0,
        ...limitsBy(table ?? new Uint16Array(64).fill(1)),
      });
    }
    if (kind.from === 0 && kind.high === 0) this.#isInterleaved = count > 1;
    const { isProgressive, unitsAcross, unitsDown } = frame;
    const scan = { components, isProgressive, kind, restart: this.#restart, unitsAcross, unitsDown };
    return followScan(this.#bytes, from, this.#memory, this.#file, scan, this.#turns);
  }

  #readHuffman(content: Uint8Array): boolean {
    for (let at = 0; at + 17 <= content.length;) {
      const number = content[at] ?? 0;
      const counts = content.subarray(at + 1, at + 17);
      const total = counts.reduce((sum, count) => sum + count, 0);
      const key = (number >> 4 === 0 ? 0 : 16) + (number & 15);
      const place = this.#tables.get(key) ?? this.#memory.allocate(tableBytes);
      this.#tables.set(key, place);
      if (at + 17 + total > content.length) return false;
      if (!writeTable(this.#memory, place, counts, content.subarray(at + 17, at + 17 + total))) return false;
      at += 17 + total;
    }
    return true;
  }

  #readQuantisation(content: Uint8Array): void {
    for (let at = 0; at < content.length;) {
      const place = content[at] ?? 0;
      const bytes = place >> 4 === 0 ? 1 : 2;
      const table = new Uint16Array(64);
      for (let k = 0; k < 64; k++) {
        table[k] = bytes === 1 ? (content[at + 1 + k] ?? 0) : u16(content, at + 1 + k * 2);
      }
      this.#quantisation.set(place & 15, table);
      at += 1 + 64 * bytes;
    }
  }
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Undefined where no browser would decode it. */
function frameOf(content: Uint8Array, isProgressive: boolean, memory: JpegMemory): Frame | undefined {
  const height = u16(content, 1);
  const width = u16(content, 3);
  const count = content[5] ?? 0;
  if (content[0] !== 8 || width === 0 || count === 0 || count > 4) return undefined;
  if (height === 0 || width * height > mostPixels) return undefined;
  const parts = Array.from({ length: count }, (_, i) => {
    const sampling = content[7 + i * 3] ?? 0;
    return {
      id: content[6 + i * 3] ?? 0,
      horizontal: sampling >> 4,
      vertical: sampling & 15,
      quantisation: content[8 + i * 3] ?? 0,
    };
  });
  if (parts.some(({ horizontal, vertical }) => !isSampling(horizontal) || !isSampling(vertical)))
    return undefined;
  const mostHorizontal = Math.max(...parts.map(({ horizontal }) => horizontal));
  const mostVertical = Math.max(...parts.map(({ vertical }) => vertical));
  const unitsAcross = Math.ceil(width / (8 * mostHorizontal));
  const unitsDown = Math.ceil(height / (8 * mostVertical));
  const components = parts.map((part) => {
    const across = unitsAcross * part.horizontal;
    const blocks = across * unitsDown * part.vertical;
    return {
      ...part,
      width: Math.ceil(Math.ceil((width * part.horizontal) / mostHorizontal) / 8),
      height: Math.ceil(Math.ceil((height * part.vertical) / mostVertical) / 8),
      across,
      top: memory.allocate(blocks * 4),
      bottom: memory.allocate(blocks * 4),
      filled: isProgressive ? memory.allocate(blocks * 8) : 0,
      missing: new Int8Array(64).fill(-1),
    };
  });
  return { isProgressive, components, unitsAcross, unitsDown };
}

function isSampling(factor: number): boolean {
  return factor >= 1 && factor <= 4;
}

function isPossible({ from, to, high, low }: ScanKind, isProgressive: boolean, count: number): boolean {
  if (count === 0 || count > 4) return false;
  if (!isProgressive) return true;
  if (from > to || to > 63 || low > 13) return false;
  if (from === 0 ? to !== 0 : count !== 1) return false;
  return high === 0 || high === low + 1;
}

/** Notes what a scan brings; false where its coefficients are not where it takes them up. */
function advance({ missing }: Component, { from, to, high, low }: ScanKind): boolean {
  for (let k = from; k <= to; k++) {
    const before = missing[k] ?? 0;
    if (high === 0 ? before !== -1 : before !== high) return false;
    missing[k] = low;
  }
  return true;
}

function isComplete({ components }: Frame): boolean {
  return components.every(({ missing }) => missing.every((bits) => bits === 0));
}

/** Coefficients of 8-bit pictures stay below 1024; encoders that sharpen or round go a little beyond. */
const mostLevel = 1024 * 1.25;

function limitsBy(steps: Uint16Array): Pick<ScanComponent, 'steps' | 'mostDc' | 'mostBits'> {
  const mostBits = new Uint8Array(64);
  for (let k = 0; k < 64; k++) {
    const most = mostLevel / Math.max(1, steps[k] ?? 1) + 1;
    mostBits[k] = Math.floor(Math.log2(most)) + 1;
  }
  return { steps, mostDc: Math.floor(mostLevel / Math.max(1, steps[0] ?? 1) + 1), mostBits };
}
