/** The empty list that lists which are replaced, and not changed, begin as: one for all, where each would take 32 B. */
// eslint-disable-next-line no-restricted-syntax -- nothing ever fills it
export const none: readonly never[] = [];
