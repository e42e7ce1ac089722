/** Between async generators, which are easy to write, and streams, which the libraries take. */

export function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value } = (await chunks.next()) as IteratorResult<Uint8Array, undefined>;
        if (value) controller.enqueue(value);
        else controller.close();
      },
      async cancel() {
        await chunks.return(undefined);
      },
    },
    // No chunk is made before it is asked for.
    { highWaterMark: 0 },
  );
}

/** Safari cannot iterate over a stream. */
export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
