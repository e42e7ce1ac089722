/** Checks as a calendar file (iCalendar, RFC 5545) for the person's own calendar. */
import { asIsoDay } from '../../../domain/calendar/calendar';
import ical, { ICalAlarmRelatesTo, ICalAlarmType, ICalEventTransparency } from 'ical-generator';

export interface CalendarEntry {
  /** Stays the same, so that a calendar that gets the file again moves the entry instead of adding one. */
  readonly id: string;
  /** The day of the check, an ISO date. */
  readonly day: string;
  /** All that the calendar shows, also to others who share it. */
  readonly title: string;
}

/** Whole days, which are the same day wherever the person travels; calendars remind at nine in the morning. */
export function calendarFile(entries: readonly CalendarEntry[], now = new Date()): string {
  const calendar = ical({ prodId: { company: 'Lentigo', product: 'Lentigo', language: 'EN' } });
  for (const { id, day, title } of entries) {
    // A stored day that the calendar does not have: no program would know when to remind.
    if (!asIsoDay(day)) continue;
    const event = calendar.createEvent({
      id,
      summary: title,
      // Midnight of UTC: the library takes the day of a date from there.
      start: new Date(`${day}T00:00:00Z`),
      allDay: true,
      stamp: now,
      transparency: ICalEventTransparency.TRANSPARENT,
    });
    event
      .createAlarm({ type: ICalAlarmType.display, trigger: -9 * 60 * 60, description: title })
      .relatesTo(ICalAlarmRelatesTo.start);
  }
  return calendar.toString();
}
