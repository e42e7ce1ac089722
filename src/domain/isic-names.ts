/** What the ISIC archive calls the conditions of skin packs, in lower case, by code: its usual name, then others. */
export const isicNames: Readonly<Record<string, readonly [string, ...string[]]>> = {
  akiec: ['actinic keratosis', "bowen's disease"],
  bcc: ['basal cell carcinoma'],
  bkl: ['pigmented benign keratosis', 'lichenoid keratosis', 'seborrheic keratosis', 'solar lentigo'],
  df: ['dermatofibroma'],
  mel: ['melanoma'],
  nv: ['nevus', 'naevus'],
  vasc: ['vascular lesion'],
};
