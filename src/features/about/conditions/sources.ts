/** Where the texts of the class pages were checked. Citations are given as published, in every language. */
const sources = {
  ham10000:
    'Tschandl P, Rosendahl C, Kittler H. The HAM10000 dataset, a large collection of multi-source dermatoscopic images of common pigmented skin lesions. Sci Data 2018; 5: 180161. doi:10.1038/sdata.2018.161',
  who: 'Elder DE, Massi D, Scolyer RA, Willemze R (eds). WHO Classification of Skin Tumours, 4th edition. IARC, Lyon 2018.',
  terms:
    'Kittler H, Marghoob AA, Argenziano G, et al. Standardization of terminology in dermoscopy/dermatoscopy: results of the third consensus conference of the International Society of Dermoscopy. J Am Acad Dermatol 2016; 74: 1093-1106.',
  referral: 'NICE guideline NG12: Suspected cancer: recognition and referral. 2015, updated since.',
  melanoma: 'NICE guideline NG14: Melanoma: assessment and management. 2015, updated since.',
  s3Melanoma:
    'Leitlinienprogramm Onkologie: S3-Leitlinie Diagnostik, Therapie und Nachsorge des Melanoms. AWMF 032-024OL.',
  s3Keratosis:
    'Leitlinienprogramm Onkologie: S3-Leitlinie Aktinische Keratose und Plattenepithelkarzinom der Haut. AWMF 032-022OL.',
  s2Basal: 'S2k-Leitlinie Basalzellkarzinom der Haut. AWMF 032-021.',
  keratosis:
    'de Berker D, McGregor JM, Mohd Mustapa MF, et al. British Association of Dermatologists’ guidelines for the care of patients with actinic keratosis 2017. Br J Dermatol 2017; 176: 20-43.',
  basal:
    'Nasr I, McGrath EJ, Harwood CA, et al. British Association of Dermatologists guidelines for the management of adults with basal cell carcinoma 2021. Br J Dermatol 2021; 185: 899-920.',
  seborrhoeic:
    'Braun RP, Rabinovitz HS, Krischer J, et al. Dermoscopy of pigmented seborrheic keratosis: a morphological study. Arch Dermatol 2002; 138: 1556-1560.',
  fibroma:
    'Zaballos P, Puig S, Llambrich A, Malvehy J. Dermoscopy of dermatofibromas: a prospective morphological study of 412 cases. Arch Dermatol 2008; 144: 75-83.',
  duckling: 'Grob JJ, Bonerandi JJ. The “ugly duckling” sign. Arch Dermatol 1998; 134: 103-104.',
  vascular:
    'Wassef M, Blei F, Adams D, et al. Vascular anomalies classification: recommendations from the International Society for the Study of Vascular Anomalies. Pediatrics 2015; 136: e203-e214.',
} as const;

/** The sources of a class, the general ones last. */
export function sourcesOf(...own: readonly (keyof typeof sources)[]): string[] {
  return [...own, 'terms', 'who', 'ham10000'].map((key) => sources[key as keyof typeof sources]);
}
