/** How well a score separates two groups. */

/**
 * Area under the ROC curve by ranks (Mann-Whitney U): the chance that a positive item has a higher
 * score than a negative one, equal scores counting half. NaN unless both groups occur.
 */
export function areaUnderCurve(
  items: readonly { readonly score: number; readonly positive: boolean }[],
): number {
  const sorted = [...items].sort((a, b) => a.score - b.score);
  const positives = sorted.filter(({ positive }) => positive).length;
  const negatives = sorted.length - positives;
  let rankSum = 0;
  for (let start = 0; start < sorted.length;) {
    let end = start + 1;
    while (sorted[end]?.score === sorted[start]?.score && end < sorted.length) end++;
    // Ranks start + 1 to end; items of one score share their mean.
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) if (sorted[i]?.positive) rankSum += rank;
    start = end;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
