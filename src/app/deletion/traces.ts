/** What Lentigo leaves outside of the record: pictures on their way from another app, and notifications. */
import { dropSharedPictures } from '../device/shared-files';

/** Takes all of it away, as far as the browser has any. */
export async function removeTraces(): Promise<void> {
  await Promise.allSettled([dropSharedPictures(), closeNotifications()]);
}

async function closeNotifications(): Promise<void> {
  // Not in every browser, and not where the page is not served securely.
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  const registration = await workers?.getRegistration();
  for (const notification of (await registration?.getNotifications()) ?? []) notification.close();
}
