/**
 * Headers that isolate the page, and so allow WebAssembly to have several threads. A host may send them; the service
 * worker puts them on every file that it keeps, so that they come with the second start from any host.
 */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** The same answer with the headers. They are added before it is cached: a later copy would lose its compiled code. */
export function isolated(answer: Response): Response {
  const { body, status, statusText } = answer;
  const headers = new Headers(answer.headers);
  for (const [name, value] of Object.entries(isolationHeaders)) headers.set(name, value);
  return new Response(body, { status, statusText, headers });
}
