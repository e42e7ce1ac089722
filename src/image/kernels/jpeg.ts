/**
 * Follows the entropy-coded data of a JPEG through all of its blocks, without computing a pixel (ITU T.81, annexes F and
 * G). In WebAssembly, because a photo of 12 MP has three million codes. ../whole/jpeg-memory.ts lays out what is taken
 * from memory here.
 */
import { at, end, unstuff } from './jpeg-bits';
import { Component, readBlock, restart } from './jpeg-blocks';

export { isLeft } from './jpeg-bits';
export { beginScan, isWithinRun } from './jpeg-blocks';
export { findStep, stepClarity } from './jpeg-seam';

/** Bytes of a component in memory. */
const componentBytes: usize = 52;

/** What is given beside 0 for a stretch that is in step: what is wrong in the lowest two bits, and the unit. */
const noSuchCode: i32 = 1;
const dataEnd: i32 = 2;

/**
 * Begins to read a stretch from `from` on, whose stuffing is taken out in place.
 * @param fileEnd where the file ends; a SIMD register more may be read
 * @param components `count` of them, one behind the other, whose mean levels begin anew
 * @returns where the next marker stands, or the end of the file
 */
export function beginStretch(from: usize, fileEnd: usize, components: usize, count: i32): usize {
  for (let i = 0; i < count; i++) componentAt(components, i).dc = 0;
  restart();
  return unstuff(from, fileEnd);
}

/**
 * Reads units of all components of a scan: each holds blocks of each component.
 * @param components `count` of them, one behind the other
 * @param unitsAcross in a row
 * @param from number of the first unit, `to` of the first that is not read
 */
export function followAll(components: usize, count: i32, unitsAcross: i32, from: i32, to: i32): i32 {
  for (let unit = from; unit < to; unit++) {
    const row = unit / unitsAcross;
    const column = unit - row * unitsAcross;
    for (let i = 0; i < count; i++) {
      const component = componentAt(components, i);
      const horizontal = component.horizontal;
      const vertical = component.vertical;
      const across = component.across;
      const corner = row * vertical * across + column * horizontal;
      for (let y = 0; y < vertical; y++) {
        for (let x = 0; x < horizontal; x++) {
          if (!readBlock(component, corner + y * across + x)) return (unit << 2) | noSuchCode;
          if (at > end) return (unit << 2) | dataEnd;
        }
      }
    }
  }
  return 0;
}

/** Reads units of a component alone: a unit is one of its blocks, and those that only fill up are left out. */
export function followSingle(components: usize, from: i32, to: i32): i32 {
  const component = componentAt(components, 0);
  const width = component.width;
  for (let unit = from; unit < to; unit++) {
    const row = unit / width;
    const block = row * component.across + (unit - row * width);
    if (!readBlock(component, block)) return (unit << 2) | noSuchCode;
    if (at > end) return (unit << 2) | dataEnd;
  }
  return 0;
}

function componentAt(components: usize, index: i32): Component {
  return changetype<Component>(components + (index as usize) * componentBytes);
}
