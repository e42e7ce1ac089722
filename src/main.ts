import './trusted-scripts';
import { mount } from 'svelte';
import Root from './App.svelte';
import { acceptFiles } from './features/check/current';
import { appUpdate } from './app/device/updates.svelte';
import { watchPage } from './app/drafts/drafts.svelte';
import { stops } from './app/device/abilities';
import { device } from './app/device/device.svelte';
import { install } from './app/device/install.svelte';
import { launch } from './app/device/launch.svelte';
import { lock } from './app/lock.svelte';
import { guardClosing } from './app/work/work.svelte';
import { readiness } from './app/readiness.svelte';
import { settings } from './app/settings.svelte';
import { subjectShown } from './app/shown-pack.svelte';
import { chooseWording } from './i18n/wording';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shared.css';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

if (stops('all')) {
  void import('./app/shell/Unfit.svelte').then(({ default: Unfit }) => mount(Unfit, { target }));
} else {
  start(target);
}

function start(page: HTMLElement): void {
  const prepare = (): void => {
    readiness.prepare().catch(() => undefined);
  };
  // After the first time everything lies here: the model is made ready by another thread while this one puts up the page.
  if ('serviceWorker' in navigator && navigator.serviceWorker.controller) prepare();
  // Again when a network is back that was missing for it.
  addEventListener('online', () => {
    if (readiness.state.kind === 'failed') prepare();
  });

  watchPage();
  guardClosing();
  chooseWording(
    () => settings.mode === 'clinician',
    () => subjectShown() === 'sample',
  );
  device.start();
  lock.start();
  install.start();
  launch.start((files, source) => void acceptFiles(files, source));
  mount(Root, { target: page });
  // On a first visit the page is fetched first, then the model, then what only offline use needs.
  const keepOffline = (): void => void appUpdate.start();
  addEventListener('load', () => void readiness.prepare().then(keepOffline, keepOffline));
  // Whatever keeps it from being loaded, the next start tries again.
  addEventListener('load', () => {
    import('./app/model-updates/start.svelte').then(
      ({ startDailyLook }) => startDailyLook(),
      () => undefined,
    );
  });
}
