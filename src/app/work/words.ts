/** Work in hand, in words. */
import { m } from '../../i18n/paraglide/messages.js';
import type { Lease, WorkKind } from './work.svelte';

const words: Record<WorkKind, () => string> = {
  queue: m.work_queue,
  'unread-pictures': m.work_unread_pictures,
  save: m.work_save,
  backup: m.work_backup,
  restore: m.work_restore,
  export: m.work_export,
  shrink: m.work_shrink,
  'model-update': m.work_model_update,
  learning: m.work_learning,
  reread: m.work_reread,
  'model-check': m.work_model_check,
  'recovery-code': m.work_recovery_code,
};

/** What stopping it means. */
const consequences: Partial<Record<WorkKind, () => string>> = {
  queue: m.work_loss_pictures,
  'unread-pictures': m.work_loss_pictures,
  backup: m.work_again,
  export: m.work_again,
  restore: m.work_go_on,
  shrink: m.work_go_on,
  'model-update': m.work_again,
  learning: m.work_again,
  reread: m.work_go_on,
  'model-check': m.work_model_check_loss,
  'recovery-code': m.work_loss_recovery_code,
};

/** What is being done. */
export function workWords({ what }: Lease): string {
  return words[what]();
}

/** What is being done and what stopping it means, each thing once; empty for nothing. */
export function stoppingWords(leases: readonly Lease[]): string {
  const said = leases.flatMap(({ what }) => [
    m.work_now({ what: words[what]() }),
    consequences[what]?.() ?? '',
  ]);
  return [...new Set(said)].filter(Boolean).join(' ');
}
