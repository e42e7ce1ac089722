/**
 * What the ISIC archive calls the conditions of skin packs, in lower case. They count where the pack has the code.
 */
export const isicDiagnoses: Readonly<Record<string, string>> = {
  'actinic keratosis': 'akiec',
  "bowen's disease": 'akiec',
  'basal cell carcinoma': 'bcc',
  'lichenoid keratosis': 'bkl',
  'pigmented benign keratosis': 'bkl',
  'seborrheic keratosis': 'bkl',
  'solar lentigo': 'bkl',
  dermatofibroma: 'df',
  melanoma: 'mel',
  nevus: 'nv',
  naevus: 'nv',
  'vascular lesion': 'vasc',
};
