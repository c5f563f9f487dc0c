import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { AccountSeed } from '../operator/accounts-file.ts';
import { createAccounts } from '../operator/create-accounts.ts';
import { openStack } from '../operator/stack.ts';
import { turnDashboardHosts } from '../stages.ts';
import { synthesize } from './assembly/synthesize.ts';
import { buildTools } from './build-tools.ts';
import { createChildProcesses } from './child-processes.ts';
import { openClock } from './clock.ts';
import { startConsole } from './console/console-server.ts';
import { startDynamodb } from './emulators/dynamodb-process.ts';
import type { MailboxMail } from './emulators/ses-emulator.ts';
import { startHttpFront } from './http/http-front.ts';
import { answerLocal } from './http/local-routes.ts';
import { type OpenIdProvider, startOpenIdProvider } from './openid/openid-provider.ts';
import { sampleUsers, usersOf } from './openid/sample-users.ts';
import { prepareFunction } from './prepare-functions.ts';
import { provideResources } from './provide-resources.ts';
import { readRecords } from './read-state.ts';
import { isBusy, readStateNow, type State } from './read-state-now.ts';
import { runFunctions } from './run-functions.ts';
import type { LeverSandbox } from './sandbox/lever-sandbox.ts';
import type { TurnSandbox } from './sandbox/turn-sandbox.ts';
import { createSampleAccounts, localLeverApp, type ReadyAccount, startSandboxes } from './start-sandboxes.ts';

export type LocalStackOptions = {
  /** The HTTP API's port; by default a free one. */
  port?: number | undefined;
  leverApiUrl?: string | undefined;
  leverAuthUrl?: string | undefined;
  turnApiUrl?: string | undefined;
  /** The hosts of Turn's dashboard, with commas between them; what runs on this machine is added. */
  turnDashboardHosts?: string | undefined;
  /** By default one sample account, where both built-in sandboxes serve. */
  accounts?: AccountSeed[] | undefined;
  /** Keeps the table, the queues and the secrets here. */
  dataDir?: string | undefined;
  /** Divides waiting times. */
  timeScale?: number | undefined;
  dynamodbEndpoint?: string | undefined;
  log?: ((line: string) => void) | undefined;
  /** An assembly that is there already; by default the project's own app is synthesized. */
  assemblyFolder?: string | undefined;
};

export type LocalStack = {
  ready: ReadyLine;
  lever?: LeverSandbox;
  turn?: TurnSandbox;
  openId: OpenIdProvider;
  /** What was mailed, oldest first. */
  mailbox: readonly MailboxMail[];
  state(): Promise<State>;
  /** Lets that much time pass for schedules, retries and expiries, in every process. */
  advanceClock(seconds: number): Promise<void>;
  /** Runs other bundles from now on, in folders by the function's name, as after a deployment that changes nothing but code; the functions that are not named run their own. */
  deploy(codeFolders: ReadonlyMap<string, string>): void;
  /** Runs the scheduled functions now; rejects where one fails. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
};

export type ReadyLine = {
  ready: true;
  api: string;
  settings?: string;
  /** Where both built-in sandboxes serve. */
  console?: string;
  accounts: ReadyAccount[];
  sandbox?: { leverApi?: string; leverAuth?: string; turnApi?: string };
};

const mailSender = 'notices@turn.example';
const firstSweepMs = 10_000;

/** Synthesizes the app and runs everything its template says on this machine; resolves when it is ready for requests. */
export const startLocalStack = async (options: LocalStackOptions = {}): Promise<LocalStack> => {
  const cleanups: (() => unknown)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= stopInReverse(cleanups));
  try {
    return { ...(await startParts(options, cleanups)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const startParts = async (
  options: LocalStackOptions,
  cleanups: (() => unknown)[],
): Promise<Omit<LocalStack, 'stop'>> => {
  const { port = 0, dataDir, timeScale = 1, dynamodbEndpoint, log = toStandardError } = options;
  const front = await startHttpFront(port, log);
  cleanups.push(front.stop);
  const folder = mkdtempSync(path.join(tmpdir(), 'lever-turn-local-'));
  await buildTools(folder);
  const children = createChildProcesses(folder, folder);
  cleanups.push(children.endAll);
  const clock = openClock(dataDir && path.join(dataDir, 'clock.json'));
  const { lever, turn } = await startSandboxes(options, clock, timeScale);
  cleanups.push(() => Promise.all([lever?.stop(), turn?.stop()]));
  for (const app of lever?.model.apps ?? []) app.redirectUris.push(`${front.url}/lever/oauth/callback`);
  const openId = await startOpenIdProvider({
    settingsUrl: `${front.url}/settings`,
    users: options.accounts === undefined ? sampleUsers : usersOf(options.accounts),
    clock,
  });
  cleanups.push(openId.stop);
  const assemblyFolder = options.assemblyFolder ?? path.join(folder, 'cdk.out');
  const [dynamodbUrl] = await Promise.all([
    dynamodbEndpoint ?? startDynamodb(children, { dataDir, log }),
    options.assemblyFolder ??
      synthesize(
        assemblyFolder,
        {
          oidcIssuer: openId.issuer,
          oidcAudience: openId.audience,
          oidcScope: openId.scope,
          oidcClientId: openId.clientId,
          mailSender,
        },
        children,
        log,
      ),
  ]);
  const { plan, queues, awsEnvironment, mailbox } = await provideResources(
    {
      assemblyFolder,
      apiUrl: front.url,
      dynamodbUrl,
      clock,
      timeScale,
      dataDir,
      tablesAreGuests: dynamodbEndpoint !== undefined && dataDir === undefined,
      leverApp: localLeverApp,
      mailSender,
      log,
    },
    cleanups,
  );

  const overrides = {
    LEVER_API_URL: options.leverApiUrl ?? lever?.apiUrl,
    LEVER_AUTH_URL: options.leverAuthUrl ?? lever?.authUrl,
    TURN_API_URL: options.turnApiUrl ?? turn?.apiUrl,
    // Whoever plays with Turn's controls wants to see at once what comes of it.
    GATHER_SECONDS: '0.001',
    TURN_DASHBOARD_HOSTS: `${options.turnDashboardHosts ?? turnDashboardHosts},127.0.0.1,localhost`,
  };
  const functions = plan.functions.map((fn) => prepareFunction(fn, { timeScale, overrides, provided: awsEnvironment }));
  const running = await runFunctions(plan, { functions, queues, clock, timeScale, children, toolsFolder: folder, log });
  cleanups.push(running.stop);

  // A variable means the same in every function that has it, but for the dead letters, which nobody here sends to.
  const environment = Object.assign({}, ...functions.map((fn) => fn.environment), awsEnvironment);
  const controls = {
    state: () =>
      readStateNow({
        queues,
        pools: running.pools,
        front,
        readRecords: () => readRecords(environment, clock.now()),
      }),
    async advanceClock(seconds: number) {
      clock.advance(seconds * 1000);
      await running.shiftClock();
    },
    sweep: running.sweep,
    deploy: running.deploy,
  };
  front.open({
    routes: plan.routes,
    poolOf: running.poolOf,
    now: clock.now,
    local: (method, route, body) =>
      answerLocal({ ...controls, now: clock.now, environment: operatorsPart(environment) }, method, route, body),
  });

  const sample = options.accounts === undefined && lever && turn ? createSampleAccounts(lever, turn) : undefined;
  const seeds = options.accounts ?? sample?.seeds ?? [];
  const created =
    seeds.length === 0
      ? []
      : await createAccounts(seeds, openStack(environment), { renewCredentials: sample !== undefined });
  const accounts = created.map(({ accountId, turnCallbackPath }) => ({
    accountId,
    leverWebhookUrl: `${front.url}/lever/${accountId}/webhook`,
    turnCallbackUrl: `${front.url}${turnCallbackPath}`,
  }));
  for (const account of accounts) sample?.connect(account);

  running.feed();
  // The schedule's first tick, and with it the accounts' first maintenance; what fails, the next minute's tries again.
  const endsAt = performance.now() + firstSweepMs;
  await Promise.race([running.sweep().catch(() => undefined), wait(firstSweepMs, undefined, { ref: false })]);
  while (isBusy(queues) && performance.now() < endsAt) await wait(20);

  const sandbox = {
    ...(lever && options.leverApiUrl === undefined ? { leverApi: lever.apiUrl } : {}),
    ...(lever && options.leverAuthUrl === undefined ? { leverAuth: lever.authUrl } : {}),
    ...(turn ? { turnApi: turn.apiUrl } : {}),
  };
  const hasSettings = plan.routes.some(({ routeKey }) => routeKey === 'GET /settings');
  const settings = hasSettings ? { settings: `${front.url}/settings` } : {};
  const { listConnected } = openStack(environment).accounts;
  const needs = {
    ...controls,
    now: clock.now,
    offsetMs: clock.offsetMs,
    settingsUrl: settings.settings ?? null,
    connectedAccounts: listConnected,
    mailbox,
  };
  const console =
    sample && lever && turn ? await startConsole({ lever: lever.model, turn: turn.model, ...needs }, log) : undefined;
  if (console) cleanups.push(console.stop);
  if (console) lever?.showCandidatesAt(console.url);
  return {
    ready: {
      ready: true,
      api: front.url,
      ...settings,
      ...(console ? { console: console.url } : {}),
      accounts,
      ...(Object.keys(sandbox).length === 0 ? {} : { sandbox }),
    },
    openId,
    mailbox,
    ...(lever ? { lever } : {}),
    ...(turn ? { turn } : {}),
    ...controls,
  };
};

/** What the operator's command line needs of the functions' variables. */
const operatorsPart = (environment: Record<string, string>): Record<string, string> => {
  const names = ['TABLE_NAME', 'PUBLIC_API_URL'];
  const queueUrls = ['STAGE_CHANGES_QUEUE_URL', 'CHECK_UPDATES_QUEUE_URL', 'ACCOUNTS_DUE_QUEUE_URL'];
  const isWanted = (name: string): boolean =>
    [...names, ...queueUrls].includes(name) || /^AWS_|_KEY_SECRET_ID$/u.test(name);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => isWanted(name)));
};

const stopInReverse = async (cleanups: readonly (() => unknown)[]): Promise<void> => {
  for (const cleanup of [...cleanups].reverse()) {
    try {
      await cleanup();
    } catch (error) {
      toStandardError(`while stopping: ${String(error)}`);
    }
  }
};

const toStandardError = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
