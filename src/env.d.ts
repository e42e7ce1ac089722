/** Version of the app, from package.json. */
declare const __APP_VERSION__: string;
/** SHA-256 of the manifests of the packs that come with the app. */
declare const __BUNDLED_PACKS__: readonly string[];
/** Ed25519 public keys, in hexadecimal, whose packs are trusted: LENTIGO_PACK_KEYS at the build. */
declare const __PACK_KEYS__: readonly string[];
