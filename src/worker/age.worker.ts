/** scrypt takes a second and 128 MB on purpose, and a backup is long: both run here, apart from the page. */
import { serve } from './age-handlers';

declare const self: DedicatedWorkerGlobalScope;

serve(self);
