/**
 * A progress bar on a terminal; elsewhere a line for each tenth. The clock starts with the first item,
 * so that the rate is not that of the preparations.
 * @param before items that were done in an earlier run
 */
export function progressBar(total: number, unit: string, before = 0): (done: number) => void {
  let start: number | undefined;
  let tenth = Math.floor((before / total) * 10);
  return (done) => {
    start ??= Date.now();
    const share = done / total;
    const rate = Math.max(1, done - before - 1) / Math.max(0.001, (Date.now() - start) / 1000);
    const text = `${done}/${total} ${unit}, ${rate.toFixed(1)} a second, ${duration((total - done) / rate)} left`;
    if (process.stderr.isTTY) {
      const filled = Math.round(share * 30);
      process.stderr.write(`\r${'█'.repeat(filled)}${'░'.repeat(30 - filled)} ${text}\x1b[K`);
      if (done === total) process.stderr.write('\n');
    } else if (Math.floor(share * 10) > tenth) {
      tenth = Math.floor(share * 10);
      process.stderr.write(`${text}\n`);
    }
  };
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
