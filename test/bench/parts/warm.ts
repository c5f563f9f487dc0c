import { seedAccount } from '../aws/seed-account.ts';
import { startCountedAws } from '../aws/start-aws.ts';
import { bundleFunction } from '../bundles/bundle.ts';
import {
  buildProcesses,
  bundleContender,
  bundleWithoutAws,
  contenderNames,
  contenderTitles,
} from '../bundles/bundle-contender.ts';
import { type Scenario, scenarios, wantedStatus, webhookEvent } from '../deliveries.ts';
import { type Interleaved, interleave } from '../interleave.ts';
import { startWarmProcess, type WarmProcess } from '../processes/warm-process.ts';
import { rounded, type Table } from '../say.ts';

/** Two processes of the floor beside each other show how much of a difference is noise. */
const floors = ['floor', 'floor again'] as const;
export const ours = 'webhook-verify';

/** How much processor time a batch takes, about: shorter ones say more of what surrounds them. */
const batchMicros = 40_000;

/** CPU of one event of each contender, in microseconds, side by side in one run with AWS taken out. */
export const measureWarm = async (
  folder: string,
  options: {
    readonly rounds: number;
    readonly names?: readonly string[];
    readonly scenarios?: readonly Scenario[];
    /** Further entries as text, with AWS taken out. */
    readonly planted?: Readonly<Record<string, string>>;
    /** Where it says no, everything is measured again before it is told. */
    readonly isBelieved?: (scenario: Scenario, measured: Interleaved) => boolean;
  },
): Promise<Map<Scenario, Interleaved>> => {
  const { serve } = await buildProcesses(folder);
  const { names = contenderNames } = options;
  const floor = await bundleContender('floor', 'aws-in-memory', folder);
  const files = new Map<string, string>(floors.map((name) => [name, floor.file]));
  files.set(ours, (await bundleWithoutAws(folder)).file);
  for (const name of names) files.set(name, (await bundleContender(name, 'aws-in-memory', folder)).file);
  for (const [name, text] of Object.entries(options.planted ?? {})) {
    files.set(name, (await bundleWithoutAws(folder, name, { text })).file);
  }
  const processes = new Map<string, WarmProcess>();
  try {
    for (const [name, file] of files) processes.set(name, await startWarmProcess(serve, file, stillEnvironment));
    const measured = new Map<Scenario, Interleaved>();
    for (const scenario of options.scenarios ?? scenarios) {
      const batch = async (name: string, count: number): Promise<number> => {
        const { cpuMicros, answers } = await processOf(processes, name).work({ scenario, count });
        const wanted = wantedStatus[scenario];
        if (answers.join() !== String(wanted)) throw new Error(`${name} answered ${answers.join()} to ${scenario}.`);
        return cpuMicros;
      };
      const counts = new Map<string, number>();
      for (const name of files.keys()) {
        await batch(name, 3_000);
        counts.set(name, Math.ceil(batchMicros / (await batch(name, 500))));
      }
      const measure = (name: string): Promise<number> => batch(name, counts.get(name) ?? 1);
      const isBelieved = (each: Interleaved): boolean => options.isBelieved?.(scenario, each) ?? true;
      measured.set(scenario, await interleave([...files.keys()], options.rounds, floors, measure, isBelieved));
    }
    return measured;
  } finally {
    for (const running of processes.values()) running.end();
  }
};

/** How many times the floor it takes. */
export const warmRatio = ({ medians, floor }: Interleaved, name: string): number =>
  (medians.get(name) ?? Number.NaN) / floor;

const processOf = (processes: ReadonlyMap<string, WarmProcess>, name: string): WarmProcess => {
  const running = processes.get(name);
  if (running === undefined) throw new Error(`There is no process of ${name}.`);
  return running;
};

const stillEnvironment = {
  NODE_OPTIONS: '--enable-source-maps',
  LOG_LEVEL: 'INFO',
  POWERTOOLS_METRICS_NAMESPACE: 'LeverTurn',
  POWERTOOLS_SERVICE_NAME: 'lever-turn-bench',
  SERVICE_NAME: 'lever-turn-bench',
};

const loopbackFloors = ['usual-stack', 'usual stack again'] as const;
const loopbackMicros = 150_000;

/** CPU of one accepted webhook, in microseconds, of its process alone: AWS is on loopback, with its own clients. */
export const measureOverLoopback = async (
  folder: string,
  options: { readonly rounds: number; readonly names?: readonly string[] },
): Promise<Interleaved> => {
  const { serve } = await buildProcesses(folder);
  const { names = contenderNames } = options;
  const nowhere = { leverUrl: 'http://127.0.0.1:9/v1', turnUrl: 'http://127.0.0.1:9/v1' };
  const aws = await startCountedAws(`${folder}/aws`, nowhere);
  const processes = new Map<string, WarmProcess>();
  try {
    await seedAccount(aws);
    const files = new Map([[ours, (await bundleFunction(ours, folder)).file]]);
    for (const name of names) files.set(name, (await bundleContender(name, 'aws-by-sdk', folder)).file);
    files.set(loopbackFloors[1], files.get(loopbackFloors[0]) ?? '');
    for (const [name, file] of files) processes.set(name, await startWarmProcess(serve, file, aws.environment));
    const batch = async (name: string, count: number): Promise<number> => {
      const events = Array.from({ length: count }, () => webhookEvent('accepted'));
      const { cpuMicros, answers } = await processOf(processes, name).work({ events });
      if (answers.join() !== '200') throw new Error(`${name} answered ${answers.join()}.`);
      aws.queues['stage-changes'].purge();
      return cpuMicros;
    };
    const counts = new Map<string, number>();
    for (const name of files.keys()) {
      await batch(name, 200);
      counts.set(name, Math.ceil(loopbackMicros / (await batch(name, 50))));
    }
    return await interleave([...files.keys()], options.rounds, loopbackFloors, (name) =>
      batch(name, counts.get(name) ?? 1),
    );
  } finally {
    for (const running of processes.values()) running.end();
    await aws.stop();
  }
};

export const overLoopbackTable = ({ medians, floor, floorAgainstFloor, isConclusive }: Interleaved): Table => ({
  title: 'Warm: CPU of one accepted webhook ÷ the usual stack’s, AWS on loopback',
  columns: ['', '÷ usual stack', 'µs'],
  rows: [...medians]
    .filter(([name]) => name !== loopbackFloors[1])
    .map(([name, micros]) => [contenderTitles[name] ?? name, rounded(micros / floor), rounded(micros)]),
  notes: [`Usual stack against itself ${rounded(floorAgainstFloor)}${isConclusive ? '' : ', inconclusive'}.`],
});

export type Memory = {
  readonly name: string;
  readonly after: readonly { events: number; heapBytes: number; rssBytes: number }[];
};

const memoryAfter = [1_000, 10_000, 100_000] as const;

/** What the process holds after so many accepted webhooks, garbage collected, AWS taken out. */
export const measureMemory = async (folder: string): Promise<Memory[]> => {
  const { serve } = await buildProcesses(folder);
  const files = {
    [ours]: (await bundleWithoutAws(folder)).file,
    bare: (await bundleContender('bare', 'aws-in-memory', folder)).file,
  };
  const memories: Memory[] = [];
  for (const [name, file] of Object.entries(files)) {
    const running = await startWarmProcess(serve, file, stillEnvironment);
    const after: { events: number; heapBytes: number; rssBytes: number }[] = [];
    let done = 0;
    for (const events of memoryAfter) {
      const { heapBytes, rssBytes } = await running.work({ scenario: 'accepted', count: events - done });
      done = events;
      after.push({ events, heapBytes, rssBytes });
    }
    running.end();
    memories.push({ name, after });
  }
  return memories;
};

const mib = (bytes: number): string => rounded(bytes / 1024 / 1024);

export const memoryTable = (memories: readonly Memory[]): Table => ({
  title: 'Warm: memory after accepted webhooks, MiB of heap (of the process)',
  columns: ['', ...memoryAfter.map((events) => `after ${events.toLocaleString('en')}`)],
  rows: memories.map(({ name, after }) => [
    contenderTitles[name] ?? name,
    ...after.map(({ heapBytes, rssBytes }) => `${mib(heapBytes)} (${mib(rssBytes)})`),
  ]),
});

export const warmTable = (measured: ReadonlyMap<Scenario, Interleaved>): Table => {
  const names = [...(measured.get('accepted')?.medians.keys() ?? [])];
  return {
    title: 'Warm: CPU of one webhook ÷ floor, AWS taken out',
    columns: ['', ...measured.keys()],
    rows: names.map((name) => [
      contenderTitles[name] ?? name,
      ...[...measured.values()].map(({ medians, floor }) => rounded((medians.get(name) ?? Number.NaN) / floor)),
    ]),
    notes: [...measured].map(
      ([scenario, { floor, floorAgainstFloor, isConclusive }]) =>
        `${scenario}: floor ${rounded(floor)} µs, floor against floor ${rounded(floorAgainstFloor)}${isConclusive ? '' : ', inconclusive'}`,
    ),
  };
};
