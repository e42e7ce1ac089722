import { ascii, u16, u32 } from './bytes';
import { boxesWithin } from './sniff';

/** Whether a HEIC says that its colours are those of Display P3, as an iPhone's are: by number or by ICC profile. */
export function isDisplayP3(bytes: Uint8Array): boolean {
  for (const { type, start, end } of boxesWithin(bytes, 0, bytes.length, ['meta', 'iprp', 'ipco'])) {
    if (type !== 'colr') continue;
    const kind = ascii(bytes, start, 4);
    if (kind === 'nclx' && u16(bytes, start + 4) === 12) return true;
    if (kind === 'prof' && isProfileOfP3(bytes.subarray(start + 4, end))) return true;
  }
  return false;
}

/** By the X of its red, whatever the profile is called: 0.515, where sRGB has 0.436 and Adobe RGB 0.610. */
function isProfileOfP3(profile: Uint8Array): boolean {
  const tags = Math.min(u32(profile, 128), 100);
  for (let at = 132; at < 132 + tags * 12; at += 12) {
    if (ascii(profile, at, 4) !== 'rXYZ') continue;
    return Math.abs(u32(profile, u32(profile, at + 4) + 8) / 65536 - 0.515) < 0.02;
  }
  return false;
}
