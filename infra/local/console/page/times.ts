const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const dayAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** The time of day; with the date where it is not today by the stack's clock. */
export const shownTime = (at: number, clockOffsetMs: number): string => {
  const today = new Date(Date.now() + clockOffsetMs).toDateString();
  return (new Date(at).toDateString() === today ? time : dayAndTime).format(at);
};

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `6 hours`: the largest unit that fits, rounded; empty below a minute. */
export const shownDuration = (ms: number): string => {
  const [unit, size] = units.find(([, length]) => ms >= length) ?? [];
  if (unit === undefined || size === undefined) return '';
  const count = Math.round(ms / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
};
