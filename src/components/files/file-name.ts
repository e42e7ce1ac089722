/** For the name of a file: the day here, `2026-05-31`. */
export function dayOfToday(now = new Date()): string {
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
