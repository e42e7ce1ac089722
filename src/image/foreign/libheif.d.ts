// What is used of libheif-js; its own declarations leave out the decoder that it adds to libheif.

declare module 'libheif-js/libheif-wasm/libheif.js' {
  interface HeifImage {
    is_primary(): boolean;
    get_width(): number;
    get_height(): number;
    /** Writes RGBA into `data`; tells null where the picture cannot be decoded. */
    display(
      target: { data: Uint8ClampedArray; width: number; height: number },
      tell: (shown: object | null) => void,
    ): void;
  }
  interface Library {
    readonly HeifDecoder: new () => {
      /** The pictures of a file, none where it cannot be read. */
      decode(bytes: Uint8Array): readonly HeifImage[];
    };
  }
  export default function factory(options: {
    wasmBinary: ArrayBuffer;
    onRuntimeInitialized: () => void;
  }): Library;
}
