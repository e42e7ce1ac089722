/** In how many months a check-up is offered. */
export const checkUpMonths = [1, 3, 6, 12] as const;
