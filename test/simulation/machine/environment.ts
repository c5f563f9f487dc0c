import type { Scheduler } from './scheduler.ts';

/** What becomes of an environment at one call: it dies, or stands still for a while, before the call leaves or after it had its effect. */
export type Fate =
  | { readonly kind: 'crash'; readonly when: 'before' | 'after' }
  | { readonly kind: 'stall'; readonly when: 'before' | 'after'; readonly ms: number; readonly isZombie: boolean };

/** A call that leaves the process: `leave` runs when it is sent and may refuse to, `effect` when it arrives, `answer` turns its result into what comes back. */
export type Call<T> = {
  readonly leave?: () => void;
  readonly effect: () => T | Promise<T>;
  /** Fails instead of having the effect. */
  readonly refused?: { readonly error: unknown; readonly afterMs?: number } | undefined;
  /** Had its effect, but the answer does not come. */
  readonly answerLost?: { readonly error: unknown; readonly afterMs?: number } | undefined;
  /** How long the other side needs for its answer, once it had its effect. */
  readonly takesMs?: number;
};

/** One execution environment of a function: it works on one invocation at a time, has a clock of its own, and can die or freeze. */
export type Environment = {
  readonly name: string;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly call: <T>(point: string, call: Call<T>) => Promise<T>;
  readonly isDead: () => boolean;
  /** It was frozen so long that the platform gave it up, but will wake. */
  readonly isZombie: () => boolean;
  readonly kill: () => void;
};

export type EnvironmentOptions = {
  name: string;
  scheduler: Scheduler;
  skewMs: number;
  /** How long a call is on its way, each way, in milliseconds. */
  latencyMs: () => number;
  /** Calls take no time: nobody is there to overtake. */
  isInstant: () => boolean;
  fateAt: (environment: Environment, point: string) => Fate | null;
  say: (what: () => string) => void;
  onDeath: (environment: Environment) => void;
};

/** Starts an environment. Whatever it awaits comes back through the scheduler, or, once it is dead, never. */
export const startEnvironment = (options: EnvironmentOptions): Environment => {
  const { name, scheduler, say } = options;
  let isDead = false;
  let isZombie = false;
  let frozenUntil = 0;

  const kill = (): void => {
    if (isDead) return;
    isDead = true;
    options.onDeath(environment);
  };
  /** Its code goes on, as soon as it is not frozen. */
  const goOn = (ms: number, resume: () => void): void =>
    scheduler.after(ms, () => {
      if (isDead) return;
      if (frozenUntil > scheduler.now()) goOn(frozenUntil - scheduler.now(), resume);
      else resume();
    });
  const freeze = (ms: number, zombie: boolean): void => {
    frozenUntil = Math.max(frozenUntil, scheduler.now() + ms);
    isZombie ||= zombie;
  };

  const instantly = async <T>(point: string, call: Call<T>): Promise<T> => {
    call.leave?.();
    say(() => `${name} ${point}`);
    return call.effect();
  };

  const environment: Environment = {
    name,
    now: () => scheduler.now() + options.skewMs,
    sleep: (ms) => new Promise((resolve) => goOn(ms, resolve)),
    call: (point, call) =>
      new Promise((resolve, reject) => {
        if (isDead) return;
        if (options.isInstant() && frozenUntil <= scheduler.now()) {
          resolve(instantly(point, call));
          return;
        }
        const fate = options.fateAt(environment, point);
        if (fate?.kind === 'crash' && fate.when === 'before') {
          say(() => `${name} dies before ${point}`);
          // Not at once: whoever runs here now is the one that dies.
          isDead = true;
          scheduler.after(0, () => options.onDeath(environment), false);
          return;
        }
        const back = (ms: number, give: () => void): void => {
          if (fate?.when === 'after' && fate.kind === 'crash') {
            scheduler.after(
              ms,
              () => {
                say(() => `${name} dies after ${point}`);
                kill();
              },
              false,
            );
            return;
          }
          if (fate?.when === 'after' && fate.kind === 'stall') {
            say(() => `${name} stands still for ${fate.ms} ms after ${point}`);
            freeze(fate.ms, fate.isZombie);
          }
          goOn(ms, give);
        };
        const leave = (): void => {
          try {
            call.leave?.();
          } catch (error) {
            reject(error);
            return;
          }
          const arrive = (): void => {
            if (call.refused !== undefined) {
              const { error, afterMs } = call.refused;
              say(() => `${name} ${point} → ${describe(error)}`);
              back(afterMs ?? options.latencyMs(), () => reject(error));
              return;
            }
            let result: ReturnType<typeof call.effect>;
            try {
              result = call.effect();
            } catch (error) {
              say(() => `${name} ${point} → ${describe(error)}`);
              back(options.latencyMs(), () => reject(error));
              return;
            }
            say(() => `${name} ${point}`);
            const { answerLost: lost, takesMs = 0 } = call;
            if (lost !== undefined) back(lost.afterMs ?? options.latencyMs(), () => reject(lost.error));
            else back(options.latencyMs() + takesMs, () => resolve(result));
          };
          scheduler.after(options.latencyMs(), arrive, false);
        };
        if (fate?.kind === 'stall' && fate.when === 'before') {
          say(() => `${name} stands still for ${fate.ms} ms before ${point}`);
          freeze(fate.ms, fate.isZombie);
          goOn(fate.ms, leave);
        } else leave();
      }),
    isDead: () => isDead,
    isZombie: () => isZombie,
    kill,
  };
  return environment;
};

const describe = (error: unknown): string =>
  error instanceof Error ? `${error.name}${'code' in error ? ` ${String(error.code)}` : ''} ${error.message}` : 'error';
