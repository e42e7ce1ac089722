/** What Lentigo leaves outside of the record: pictures on their way from another app, and notifications. */
import { dropSharedPictures } from '../device/shared-files';

/** Removes all of it. */
export async function removeTraces(): Promise<void> {
  await Promise.allSettled([dropSharedPictures(), closeNotifications()]);
}

async function closeNotifications(): Promise<void> {
  // Missing in some browsers and on pages that are not served securely.
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  const registration = await workers?.getRegistration();
  for (const notification of (await registration?.getNotifications()) ?? []) notification.close();
}
