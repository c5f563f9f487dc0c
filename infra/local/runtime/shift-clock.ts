const RealDate = Date;
let offsetMs = 0;

/** Makes `Date` of this process run the given milliseconds ahead of the machine's clock; timers stay as they are. */
export const shiftClock = (newOffsetMs: number): void => {
  offsetMs = newOffsetMs;
  if (globalThis.Date === RealDate) globalThis.Date = shiftedDate;
};

const shiftedDate: DateConstructor = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(
      target,
      args.length === 0 ? [target.now() + offsetMs] : args,
      newTarget === shiftedDate ? target : newTarget,
    ),
  apply: (target) => new target(target.now() + offsetMs).toString(),
  get: (target, key, receiver) =>
    key === 'now'
      ? () => target.now() + offsetMs
      : Reflect.get(target, key, receiver === shiftedDate ? target : receiver),
});

// Libraries recognise dates by their constructor.
Object.defineProperty(RealDate.prototype, 'constructor', { value: shiftedDate, writable: true, configurable: true });
