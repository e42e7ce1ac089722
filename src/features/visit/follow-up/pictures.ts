import { dayOf } from '../../../i18n/format';
import { kindWords } from '../pictures/kind-words';
import { m } from '../../../i18n/paraglide/messages.js';
import type { VisitRecord, PictureRecord } from '../../../domain/visit/visit';

/** All pictures of a course in its order, named by their day and, where a visit has several, their number. */
export function namedPictures(
  course: readonly VisitRecord[],
): { readonly picture: PictureRecord; readonly name: string }[] {
  return course.flatMap(({ day, pictures }) =>
    pictures.map((picture, k) => {
      const [date, count] = [dayOf(day), pictures.length];
      const named = count > 1 ? m.compare_picture({ date, number: k + 1, count }) : date;
      return { picture, name: `${named}, ${kindWords[picture.kind]()}` };
    }),
  );
}
