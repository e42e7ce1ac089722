type Voice = Pick<SpeechSynthesisVoice, 'lang' | 'localService'>;

/** A voice of the device itself: others send what they say to a server. */
export function localVoice<V extends Voice>(voices: readonly V[], language: string): V | undefined {
  const [wanted] = language.toLowerCase().split('-');
  return voices.find(({ lang, localService }) => {
    const [spoken] = lang.toLowerCase().split(/[-_]/);
    return localService && spoken === wanted;
  });
}

/** Says a few words aloud if the device can do that offline; otherwise stays silent. */
export function say(words: string, language = document.documentElement.lang || 'en'): void {
  const { speechSynthesis: speech } = globalThis as { readonly speechSynthesis?: SpeechSynthesis };
  const voice = speech && localVoice(speech.getVoices(), language);
  if (!speech || !voice) return;
  // Numbers follow each other by the second, so a late one is dropped.
  speech.cancel();
  const spoken = new SpeechSynthesisUtterance(words);
  spoken.voice = voice;
  spoken.lang = voice.lang;
  speech.speak(spoken);
}
