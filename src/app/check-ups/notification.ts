/** Notifications of the device, shown while the app opens: there is no server that could send one. */
import { m } from '../../i18n/paraglide/messages.js';

/** Whether the browser knows notifications at all. */
export function notificationsPossible(): boolean {
  return 'Notification' in globalThis && 'serviceWorker' in navigator;
}

/** Whether the person has refused them in the browser, which a page cannot undo. */
export function notificationsRefused(): boolean {
  return notificationsPossible() && Notification.permission === 'denied';
}

/** Asks the person; only to be called when they have asked for notifications. */
export async function allowNotifications(): Promise<boolean> {
  return notificationsPossible() && (await Notification.requestPermission()) === 'granted';
}

/** Says how many checks are due, without names. False if it cannot be shown. */
export async function notifyDue(count: number): Promise<boolean> {
  if (!notificationsPossible() || Notification.permission !== 'granted') return false;
  try {
    const registration = await navigator.serviceWorker.ready;
    await registration.showNotification(m.app_name(), {
      body: m.due_notice({ count }),
      icon: 'icons/icon-192.png',
      // A second one replaces the first.
      tag: 'due',
    });
    return true;
  } catch {
    return false;
  }
}
