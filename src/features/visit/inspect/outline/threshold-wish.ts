import type { OutlineRequest } from '../../../../worker/protocol';

export type Threshold = Extract<OutlineRequest, { method: 'threshold' }>;

/** What is set by hand; without a level it is Otsu's. */
export type ThresholdWish = Pick<Threshold, 'channel' | 'level' | 'side'>;
