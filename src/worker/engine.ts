/** What the inference worker does: takes messages, calls handlers, answers. */
import wasmFile from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { asFailure, Failure } from '../failure';
import { configureTensorflow } from '../model/runtime/backend';
import type { HeadStart } from '../model/runtime/head-start';
import { ActiveModel } from '../model/runtime/active-model';
import type { CallContext } from './call-context';
import { createHandlers, type Handlers } from './handlers';
import type { Call, CallName, FromWorker, Result, ToWorker } from './protocol';

declare const self: DedicatedWorkerGlobalScope;

configureTensorflow(wasmFile);

let handlers: Handlers | undefined;
const running = new Map<number, AbortController>();

/** Takes one message; `headStart` is what was begun before this was loaded. */
export function receive(message: ToWorker, headStart: HeadStart | undefined): void {
  switch (message.kind) {
    case 'start':
      handlers = createHandlers(
        new ActiveModel({
          ...message,
          headStart,
          appVersion: __APP_VERSION__,
          roots: { bundledPacks: __BUNDLED_PACKS__, trustedKeys: __PACK_KEYS__ },
          onLost: (detail) => post({ kind: 'lost', detail }),
        }),
      );
      break;
    case 'abort':
      running.get(message.id)?.abort();
      break;
    case 'call':
      void answer(message);
  }
}

async function answer<N extends CallName>({ id, name, argument, pictureId }: Call<N>): Promise<void> {
  const abort = new AbortController();
  running.set(id, abort);
  const context: CallContext<N> = {
    signal: abort.signal,
    pictureId,
    onProgress: (progress) => post({ kind: 'progress', id, progress }),
  };
  try {
    if (!handlers) throw new Failure('internal', 'call before start');
    const result = await handlers[name](argument, context);
    post({ kind: 'result', id, result }, transferables(result));
  } catch (thrown) {
    const { code, detail } = asFailure(thrown);
    post({ kind: 'failure', id, code, detail });
  } finally {
    running.delete(id);
  }
}

function post(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer);
}

/** What need not be copied: the preview's pixels. */
function transferables(result: Result<CallName>): Transferable[] {
  return result && 'preview' in result ? [result.preview] : [];
}
