import type { PictureKind } from '../../../domain/picture-kind';
import { m } from '../../../i18n/paraglide/messages.js';

export const kindWords: Readonly<Record<PictureKind, () => string>> = {
  overview: m.picture_kind_overview,
  'close-up': m.picture_kind_close_up,
  dermatoscope: m.picture_kind_dermatoscope,
};
