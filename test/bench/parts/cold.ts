import { randomUUID } from 'node:crypto';
import { seedAccount } from '../aws/seed-account.ts';
import { startCountedAws } from '../aws/start-aws.ts';
import { bundle, bundleFunction, functionNames, putPageBeside } from '../bundles/bundle.ts';
import { buildProcesses, bundleContender, contenderNames, contenderTitles } from '../bundles/bundle-contender.ts';
import { sdkAloneText, sdkCallsOf } from '../bundles/sdk-alone.ts';
import { ACCOUNT_ID, httpEvent, webhookEvent } from '../deliveries.ts';
import { type Interleaved, interleave } from '../interleave.ts';
import { coldStart } from '../processes/cold-start.ts';
import { rounded, type Table } from '../say.ts';

const bare = ['bare process', 'bare process again'] as const;
const sdkOf = (name: string): string => `${name}: just its SDK calls`;

type Start = { readonly file: string; readonly makeEvent?: () => object };

export type Cold = Interleaved & { readonly names: readonly string[]; readonly others: readonly string[] };

type ColdOptions = {
  readonly rounds: number;
  /** Functions of ours; by default all. */
  readonly names?: readonly string[];
  readonly contenders?: readonly string[];
  readonly withSdkAlone?: boolean;
  /** Further entries as text, loaded without an event. */
  readonly planted?: Readonly<Record<string, string>>;
  /** Where it says no, everything is measured again before it is told. */
  readonly isBelieved?: (measured: Interleaved) => boolean;
};

/**
 * CPU of a new process that loads a bundle and, where it is called over HTTP by anybody, works on its first event. Workers and
 * the other functions are loaded alone: their first event is mostly their vendors'.
 */
export const measureCold = async (folder: string, options: ColdOptions): Promise<Cold> => {
  const { names = functionNames(), contenders = contenderNames, planted = {}, withSdkAlone = true } = options;
  const { runOnce } = await buildProcesses(folder);
  const nowhere = { leverUrl: 'http://127.0.0.1:9/v1', turnUrl: 'http://127.0.0.1:9/v1' };
  const aws = await startCountedAws(`${folder}/aws`, nowhere);
  try {
    const { callbackPath } = await seedAccount(aws);
    const starts = new Map<string, Start>();
    const makeEvents = eventsByFunction(callbackPath);
    for (const name of names) {
      const built = await bundleFunction(name, folder);
      if (name === 'settings-page') await putPageBeside(built);
      const makeEvent = makeEvents[name];
      starts.set(name, { file: built.file, ...(makeEvent && { makeEvent }) });
      const calls = sdkCallsOf[name];
      if (!withSdkAlone || calls === undefined) continue;
      const alone = await bundle(`${name}-sdk`, { text: sdkAloneText(calls) }, folder);
      starts.set(sdkOf(name), { file: alone.file, ...(makeEvent && { makeEvent }) });
    }
    for (const name of contenders) {
      const aws = name === 'bare' ? 'aws-in-memory' : 'aws-by-sdk';
      const { file } = await bundleContender(name, aws, folder);
      starts.set(name, { file, makeEvent: () => webhookEvent('accepted') });
    }
    for (const [name, text] of Object.entries(planted)) {
      const built = await bundle(name, { text }, folder);
      await putPageBeside(built);
      starts.set(name, { file: built.file });
    }
    const measure = (name: string): Promise<number> => {
      const { file, makeEvent } = starts.get(name) ?? {};
      const event = makeEvent?.();
      const { environment } = aws;
      return coldStart(runOnce, environment, { ...(file && { file }), ...(event && { event, wanted: 200 }) });
    };
    const interleaved = await interleave(
      [...bare, ...starts.keys()],
      options.rounds,
      bare,
      measure,
      options.isBelieved,
    );
    return { ...interleaved, names, others: [...contenders, ...Object.keys(planted)] };
  } finally {
    await aws.stop();
  }
};

const eventsByFunction = (callbackPath: string): Readonly<Record<string, () => object>> => ({
  'webhook-verify': () => webhookEvent('accepted'),
  'status-callback': () => {
    const key = callbackPath.split('/').at(-1) ?? '';
    const body = JSON.stringify({ worker_id: randomUUID(), state: 'processing' });
    return httpEvent('POST', '/turn/{account}/{key}', { account: ACCOUNT_ID, key }, body);
  },
  'settings-page': () => httpEvent('GET', '/settings', {}),
});

/** How many times a bare process it takes; NaN where it was not measured. */
export const coldRatio = ({ medians, floor }: Interleaved, name: string): number =>
  (medians.get(name) ?? Number.NaN) / floor;

export const coldTable = (cold: Cold): Table => ({
  title: `Cold: CPU of a new process ÷ a bare one, Node ${process.versions.node}`,
  columns: ['', '÷ bare process', '÷ just its SDK calls'],
  rows: [
    ...cold.names.map((name) => {
      const alone = cold.medians.get(sdkOf(name));
      const share = alone === undefined ? '–' : rounded((cold.medians.get(name) ?? Number.NaN) / alone);
      return [name, rounded(coldRatio(cold, name)), share];
    }),
    ...cold.others.map((name) => [contenderTitles[name] ?? name, rounded(coldRatio(cold, name)), '–']),
  ],
  notes: [
    `Bare process: ${rounded(cold.floor / 1000)} ms; floor against floor ${rounded(cold.floorAgainstFloor)}${cold.isConclusive ? '' : ', inconclusive'}.`,
    'webhook-verify, status-callback, settings-page and the contenders with their first event, AWS on loopback (the bare handler without AWS); the others loaded alone.',
  ],
});
