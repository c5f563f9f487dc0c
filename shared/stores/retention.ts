/** What belongs to an opportunity is kept two years after its last change. */
export const retentionDays = 730;
