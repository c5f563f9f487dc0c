// A process that keeps one bundle warm: over IPC it is given work, and tells what that took.
import { type Scenario, webhookEvent } from '../deliveries.ts';
import { contextOf } from './context.ts';
import type { Work } from './warm-process.ts';

const [, , file = ''] = process.argv;
const { handler } = await import(`file://${file}`);

/** Made once: to make events costs more than to work on them. */
const eventsOf = new Map<Scenario, readonly object[]>();
const distinctEvents = 200;

const eventsFor = (work: Work): readonly object[] => {
  if ('events' in work) return work.events;
  const { scenario } = work;
  const made = eventsOf.get(scenario) ?? Array.from({ length: distinctEvents }, () => webhookEvent(scenario));
  eventsOf.set(scenario, made);
  return made;
};

const takeUp = async (work: Work): Promise<void> => {
  const events = eventsFor(work);
  const count = 'count' in work ? work.count : events.length;
  const answers = new Set<string>();
  let error: string | null = null;
  globalThis.gc?.();
  const before = process.cpuUsage();
  try {
    for (let n = 0; n < count; n++) {
      const { statusCode, batchItemFailures } = (await handler(events[n % events.length], contextOf('warm'))) ?? {};
      answers.add(statusCode === undefined ? JSON.stringify(batchItemFailures ?? null) : String(statusCode));
    }
  } catch (thrown) {
    error = thrown instanceof Error ? String(thrown.stack) : String(thrown);
  }
  const { user, system } = process.cpuUsage(before);
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const cpuMicros = (user + system) / count;
  process.send?.({ cpuMicros, answers: [...answers], error, heapBytes: heapUsed, rssBytes: rss });
};

process.on('message', (work: Work) => void takeUp(work));
process.send?.({ isReady: true });
