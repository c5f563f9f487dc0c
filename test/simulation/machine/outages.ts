import type { Vendor } from './vendors.ts';

/** A vendor that answers nothing, and how often it was called all the same after two hours of it. */
type Outage = { readonly since: number; readonly until: number; callsAfterwards: number };

const hourMs = 3_600_000;
/** Whether Lever still lets us in is asked once a minute for each customer, come what may; renewals go with it. */
const isKnock = (path: string): boolean => path === '/stages' || path === '/oauth/token';

/** Hours in which a vendor is out of order, and the promise that it is called less and less in them. */
export const createOutages = ({ now, violate }: { now: () => number; violate: (what: string) => void }) => {
  const outages = new Map<Vendor, Outage>();
  return {
    /** Nothing is answered by the vendor for so long. */
    breakDown: (vendor: Vendor, ms: number): void =>
      void outages.set(vendor, { since: now(), until: now() + ms, callsAfterwards: 0 }),
    isDown(vendor: Vendor, path: string): boolean {
      const outage = outages.get(vendor);
      if (outage === undefined || outage.until <= now()) return false;
      const hours = (now() - outage.since) / hourMs - 2;
      if (hours > 0 && !isKnock(path)) outage.callsAfterwards += 1;
      if (outage.callsAfterwards > 25 + 15 * Math.max(hours, 0))
        violate(`8: ${vendor} is out of order, and called all the time`);
      return true;
    },
    /** When everybody answers again. */
    endAt: (): number => Math.max(0, ...[...outages.values()].map(({ until }) => until)),
  };
};
