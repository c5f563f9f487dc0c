import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  Activities,
  ActivityLine,
  CandidateStory,
  Candidates,
  TimelineLine,
  Usage,
} from '#functions/settings-page/browser/candidates-contract.ts';
import type { MailAddresses, Overview, SettingWarning, Stages } from '#functions/settings-page/browser/contract.ts';
import type { Packages } from '#functions/settings-page/browser/create-packages.ts';
import type { InStage, Preview, Requested } from '#functions/settings-page/browser/try-contract.ts';
import type { Settings } from '#shared/domain/account.ts';
import { defaultSettings } from '#shared/domain/account.ts';
import type { ActivityKind } from '#shared/domain/activity.ts';
import type { Candidate } from '#shared/domain/candidate-state.ts';

const day = 86_400_000;
const minute = 60_000;

/** The account of a customer who has just been added. */
export const newcomer = (): Overview => ({
  accountId: 'acct_northwind',
  name: 'Northwind Dispatchers',
  user: { id: 'user-ada', maySettle: true },
  connection: {
    state: 'not_connected',
    changedAt: null,
    leverAccountId: null,
    leverUserId: null,
    authorizedAt: null,
    authorizedBy: null,
    authorizedByName: null,
    reauthorizeBy: null,
    candidatesUrl: 'https://hire.lever.co/candidates/',
    daysLeft: null,
  },
  webhook: {
    url: 'https://hooks.example.com/lever/acct_northwind/webhook',
    secretIsSet: false,
    secretEvents: [],
    previousValidUntil: null,
    registered: false,
    lastReceivedAt: null,
    lastVerifiedAt: null,
    silentSince: null,
  },
  pause: null,
  defaultHourlyCap: null,
  alreadyInStage: null,
  health: {
    state: 'not_connected',
    since: null,
    problems: [
      {
        code: 'lever_not_connected',
        message: 'Lever is not connected, so moving a candidate starts nothing.',
        todo: 'Press Authorize Lever. Your role in Lever must be Super Admin.',
        since: null,
        candidates: 0,
      },
    ],
    open: [],
    lastCheckAt: null,
    lastLeverWriteAt: null,
    waiting: { count: 0, isComplete: true, reasons: [] },
  },
});

/** The same account at work. */
export const connected = (): Overview => ({
  ...newcomer(),
  connection: {
    state: 'connected',
    changedAt: Date.now() - 40 * day,
    leverAccountId: '5f1c2d9e-7a43-4b0e-9c61-2d8e4f6a7b90',
    leverUserId: 'b8e7d6c5-1f2a-4c3b-8d9e-0a1b2c3d4e5f',
    authorizedAt: Date.now() - 40 * day,
    authorizedBy: 'user-grace',
    authorizedByName: null,
    reauthorizeBy: Date.now() + 325 * day,
    daysLeft: 325,
    candidatesUrl: 'https://hire.lever.co/candidates/',
  },
  webhook: {
    ...newcomer().webhook,
    secretIsSet: true,
    secretEvents: ['candidateStageChange'],
    registered: true,
    lastReceivedAt: Date.now() - 4 * minute,
    lastVerifiedAt: Date.now() - 39 * day,
  },
  health: {
    state: 'working',
    since: null,
    problems: [],
    open: [],
    lastCheckAt: Date.now() - 4 * minute,
    lastLeverWriteAt: Date.now() - 3 * minute,
    waiting: { count: 0, isComplete: true, reasons: [] },
  },
});

/** The same account before its first check. */
export const waitingForFirstMove = (): Overview => ({
  ...connected(),
  webhook: { ...connected().webhook, secretIsSet: false, secretEvents: [], lastReceivedAt: null, lastVerifiedAt: null },
  health: { ...connected().health, state: 'waiting_for_first_move', lastCheckAt: null, lastLeverWriteAt: null },
});

/** The same account with candidates of whom somebody has to see to something. */
export const attention = (): Overview => ({
  ...connected(),
  health: {
    ...connected().health,
    state: 'attention',
    since: Date.now() - 3 * day,
    problems: [
      {
        code: 'candidates_need_attention',
        message: 'Some candidates have no check because something about them is missing or unclear.',
        todo: 'Each of them has the tag TurnStatus:error and a note in Lever that says what to do.',
        since: Date.now() - 3 * day,
        candidates: 7,
      },
      {
        code: 'hourly_limit_reached',
        message: 'The hourly limit of checks is reached.',
        todo: 'You need not do anything: the waiting checks start in one of the next hours. To start more per hour, raise the limit in Settings.',
        since: Date.now() - 40 * minute,
        candidates: 1,
      },
    ],
    open: openCodes.map((code, index) => ({
      opportunityId: `31d9716c-d4b7-48e8-9a3b-${String(index).padStart(12, '0')}`,
      code,
      since: Date.now() - 3 * day + index * 7 * 60 * minute,
    })),
    waiting: { count: 1, isComplete: true, reasons: [{ reason: 'hourly_cap', count: 1 }] },
  },
});

const openCodes = [
  'no_email',
  'several_packages',
  'turn_rejected',
  'confidential',
  'no_full_name',
  'tags_locked',
  'order_uncertain',
] as const;

/** The same account after Lever has revoked the grant. */
export const disconnected = (): Overview => ({
  ...connected(),
  connection: {
    ...connected().connection,
    state: 'disconnected',
    changedAt: Date.now() - 2 * 60 * minute,
    reauthorizeBy: null,
    daysLeft: null,
  },
  webhook: { ...connected().webhook, previousValidUntil: Date.now() + 9 * day, silentSince: Date.now() - day },
  health: {
    ...connected().health,
    state: 'down',
    since: Date.now() - 2 * 60 * minute,
    problems: [
      {
        code: 'lever_disconnected',
        message: 'We no longer have access to Lever. Nothing is lost.',
        todo: 'Press Authorize Lever; held work is caught up by itself.',
        since: Date.now() - 2 * 60 * minute,
        candidates: 5,
      },
      {
        code: 'trigger_stage_missing',
        message: 'Lever has no stage “Reference Check” any more.',
        todo: 'Choose another one below.',
        since: null,
        candidates: 0,
      },
    ],
    open: [
      { opportunityId: '9d0f3c1a-5b7e-4e2f-8c6d-1a2b3c4d5e6f', code: 'no_email', since: Date.now() - 3 * 60 * minute },
    ],
    waiting: {
      count: 7,
      isComplete: false,
      reasons: [
        { reason: 'lever_disconnected', count: 5 },
        { reason: 'turn_unavailable', count: 2 },
      ],
    },
  },
});

export const leverStages = [
  'Applicant',
  'Recruiter Screen',
  'Phone Interview',
  'On-site Interview',
  'Reference Check',
  'Background Check',
  'Offer',
  'Hired',
].map((name, index) => ({ id: `00000000-0000-4000-8000-00000000000${index}`, name }));

const kindsInTurn: [ActivityKind, string | null][] = [
  ['check_status', 'clear'],
  ['report_available', null],
  ['check_started', 'P0000000002'],
  ['problem', 'no_email'],
  ['stage_change_ignored', 'not_a_trigger_stage'],
  ['settings_changed', 'triggerStages: Reference Check → Offer\ngraceSeconds: 0 → 300'],
];

export const otherLever = '0c9d8e7f-4b3a-4c2d-8e1f-6a5b4c3d2e1f';

/** So many things that happened, newest first. */
export const happenings = (count: number): ActivityLine[] =>
  Array.from({ length: count }, (_, index) => {
    const [kind, detail] = kindsInTurn[index % kindsInTurn.length] ?? ['problem', null];
    return {
      at: Date.now() - (index + 1) * 7 * minute,
      kind,
      detail,
      by: kind === 'settings_changed' ? (index % 4 === 1 ? 'user-ada' : 'user-grace') : null,
      byName: null,
      opportunityId: kind === 'settings_changed' ? null : `31d9716c-d4b7-48e8-9a3b-${String(index).padStart(12, '0')}`,
    };
  });

/** What the vendors tell of the account's packages, and nothing entered yet. */
const samplePackages = (): Omit<Packages, 'etag'> => ({
  packages: [
    { id: 'P0000000002', name: 'Driver check', from: 'turn' },
    { id: 'P0000000003', name: 'Night shift', from: 'lever_tags' },
    { id: 'P0000000001', name: 'Standard', from: 'turn' },
    { id: 'P0000000009', name: null, from: 'lever_tags' },
  ],
  turnAnswers: true,
  leverTags: 'read',
});

/** The settings API as its contract says, on one account that the test may change. `failing`: statuses to answer instead, by route. */
export const createApi = (leverUrl: () => string) => {
  const world = {
    overview: connected(),
    settings: {
      ...defaultSettings,
      triggerStages: [leverStages[4] ?? { id: null, name: 'Reference Check' }],
    } as Settings,
    version: 1,
    stages: { stages: leverStages, readAt: Date.now() } as Stages,
    packages: samplePackages(),
    packagesVersion: 1,
    activities: happenings(8),
    inStage: { candidates: [], isComplete: true } as InStage,
    preview: null as Preview | null,
    requested: { requested: 0, leftOut: 0, failed: 0 } as Requested,
    mails: { isSetUp: true, addresses: [] } as MailAddresses,
    warnings: [] as SettingWarning[],
    candidates: [] as Candidate[],
    timeline: [] as TimelineLine[],
    usage: { month: '2026-11', packages: [] } as Usage,
    failing: new Map<string, { status: number; code: string; message: string; fields?: Record<string, string> }>(),
    asked: [] as string[],
    delayMs: 0,
    /** Another Lever was connected, and its stages were not read yet. */
    otherIsNew: false,
  };
  /** Another Lever, whose stages have the same names, ids of their own, and one more among them. */
  const connectOther = (): void => {
    const { connection } = world.overview;
    world.overview = {
      ...world.overview,
      connection: { ...connection, changedAt: Date.now(), leverAccountId: otherLever },
    };
    world.stages = {
      stages: [
        ...leverStages.map(({ id, name }) => ({ id: id.replace('0000', 'aaaa'), name })),
        { id: 'offer-signed', name: 'Offer signed' },
      ],
      readAt: Date.now(),
    };
    world.otherIsNew = true;
  };
  /** The chosen stages are known again, by their names, once Lever's are read. */
  const readStages = (): void => {
    if (!world.otherIsNew) return;
    const triggerStages = world.settings.triggerStages.flatMap(
      ({ name }) => world.stages.stages.find((stage) => stage.name === name) ?? [],
    );
    world.settings = { ...world.settings, triggerStages };
    world.otherIsNew = false;
  };
  const refuse = (response: ServerResponse, status: number, error: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
  };
  const tell = (response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
  };
  const activityPage = (query: URLSearchParams): Activities => {
    const kinds = query.get('kind')?.split(',') ?? null;
    const found = world.activities.filter(({ kind }) => kinds === null || kinds.includes(kind));
    const from = Number(query.get('after') ?? 0);
    const to = from + Number(query.get('limit') ?? 50);
    return { activities: found.slice(from, to), next: to < found.length ? String(to) : null };
  };
  const candidatesPage = (query: URLSearchParams): Candidates => {
    const [group, search] = [query.get('state'), query.get('search')];
    const found = world.candidates.filter(({ opportunityId, turnId, state }) =>
      search === null ? group === null || state.group === group : search === opportunityId || search === turnId,
    );
    const from = Number(query.get('after') ?? 0);
    const candidates = found.slice(from, from + 50);
    return { candidates, order: 'newest', next: from + 50 < found.length ? String(from + 50) : null };
  };
  const candidateStory = (opportunityId: string): CandidateStory | undefined => {
    const candidate = world.candidates.find((each) => each.opportunityId === opportunityId);
    return candidate && { ...candidate, timeline: world.timeline, isComplete: true };
  };
  const mailEtag = (): string => `"${world.mails.addresses.map(({ id }) => id).join()}"`;
  const routes: Record<
    string,
    (request: { body: string; query: URLSearchParams; ifMatch: string | undefined }, response: ServerResponse) => void
  > = {
    'GET /api/account': (_, response) => tell(response, world.overview),
    'GET /api/settings': (_, response) => tell(response, world.settings, { etag: `"${world.version}"` }),
    'PUT /api/settings': ({ body, ifMatch }, response) => {
      if (ifMatch !== `"${world.version}"`)
        return refuse(response, 412, { code: 'stale', message: 'The settings have changed.' });
      world.settings = JSON.parse(body);
      world.version += 1;
      tell(response, { settings: world.settings, warnings: world.warnings }, { etag: `"${world.version}"` });
    },
    'PUT /api/webhook-secret': ({ body }, response) => {
      const { event } = JSON.parse(body);
      const secretEvents = [...new Set([...world.overview.webhook.secretEvents, event])];
      world.overview = {
        ...world.overview,
        webhook: {
          ...world.overview.webhook,
          secretIsSet: true,
          secretEvents,
          previousValidUntil: Date.now() + 14 * day,
        },
      };
      tell(response, {});
    },
    'DELETE /api/webhook-secret/previous': (_, response) => {
      world.overview = { ...world.overview, webhook: { ...world.overview.webhook, previousValidUntil: null } };
      tell(response, {});
    },
    'GET /api/stages': (_, response) => {
      readStages();
      tell(response, world.stages);
    },
    'GET /api/packages': (_, response) => tell(response, world.packages, { etag: `"${world.packagesVersion}"` }),
    'PUT /api/packages': ({ body, ifMatch }, response) => {
      if (ifMatch !== `"${world.packagesVersion}"`)
        return refuse(response, 412, { code: 'stale', message: 'The packages were changed meanwhile.' });
      const entered: { id: string; name: string }[] = JSON.parse(body).packages;
      const others = world.packages.packages.filter(
        ({ id, from }) => from !== 'entered' && entered.every((each) => each.id !== id),
      );
      const packages = [...entered.map((each) => ({ ...each, from: 'entered' as const })), ...others];
      world.packages = { ...world.packages, packages };
      world.packagesVersion += 1;
      tell(response, world.packages, { etag: `"${world.packagesVersion}"` });
    },
    'GET /api/in-stage': (_, response) => tell(response, world.inStage),
    'POST /api/preview': (_, response) => tell(response, world.preview),
    decide: (_, response) => tell(response, { requested: true }),
    'POST /api/backfill': (_, response) => tell(response, world.requested),
    'GET /api/mail-addresses': (_, response) => tell(response, world.mails, { etag: mailEtag() }),
    'PUT /api/pause': ({ body }, response) => {
      const pause = JSON.parse(body).paused ? ({ since: Date.now(), by: 'account' } as const) : null;
      world.overview = { ...world.overview, pause };
      tell(response, { pause });
    },
    'PUT /api/mail-addresses': ({ body, ifMatch }, response) => {
      if (ifMatch !== mailEtag())
        return refuse(response, 412, { code: 'stale', message: 'The list was changed meanwhile.' });
      const wanted: { id?: string; address?: string; sendAgain?: boolean }[] = JSON.parse(body).addresses;
      const addresses = wanted.map(({ id, address = '', sendAgain }, index): MailAddresses['addresses'][number] => {
        const known = world.mails.addresses.find((each) => each.id === id);
        if (known !== undefined) return sendAgain === true ? { ...known, state: 'sending' } : known;
        return { id: `new-${index}`, masked: `${address[0]}…${address.slice(address.indexOf('@'))}`, state: 'sending' };
      });
      world.mails = { ...world.mails, addresses };
      tell(response, world.mails, { etag: mailEtag() });
    },
    'GET /api/activity': ({ query }, response) => tell(response, activityPage(query)),
    'GET /api/candidates': ({ query }, response) => {
      const search = query.get('search');
      if (search?.includes(' ') === true)
        return refuse(response, 422, { code: 'invalid', message: 'No.', fields: { search: 'Paste the link or id.' } });
      tell(response, candidatesPage(query));
    },
    'GET /api/usage': (_, response) => tell(response, world.usage),
    'POST /api/lever/authorize': (_, response) => tell(response, { authorizeUrl: leverUrl() }),
    'GET /api/lever/replace': (_, response) => {
      const { state, leverAccountId, authorizedAt, authorizedBy, authorizedByName } = world.overview.connection;
      tell(response, {
        present: { state, leverAccountId, authorizedAt, authorizedBy, authorizedByName },
        other: {
          leverAccountId: otherLever,
          authorizedAt: Date.now(),
          authorizedBy: world.overview.user.id,
          authorizedByName: null,
        },
      });
    },
    'POST /api/lever/replace': ({ body }, response) => {
      const { confirm: isReplaced } = JSON.parse(body);
      if (isReplaced) connectOther();
      const kind = isReplaced ? 'lever_connected' : 'lever_connection_refused';
      const detail = isReplaced ? otherLever : 'another_lever_account';
      world.activities = [
        { at: Date.now(), kind, detail, by: world.overview.user.id, byName: null, opportunityId: null },
        ...world.activities,
      ];
      tell(response, { replaced: isReplaced });
    },
    'POST /api/lever/disconnect': (_, response) => {
      world.overview = { ...world.overview, connection: newcomer().connection };
      tell(response, {});
    },
  };
  return {
    world,
    async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString();
      const route = `${request.method} ${pathname}`;
      world.asked.push(`${route}${body}`);
      if (world.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, world.delayMs));
      if (!/^Bearer access-of-/u.test(request.headers.authorization ?? '')) return refuse(response, 401, {});
      const failure = world.failing.get(route);
      if (failure !== undefined) return refuse(response, failure.status, failure);
      const story = candidateStory(pathname.replace('/api/candidates/', ''));
      if (request.method === 'GET' && story !== undefined) return tell(response, story);
      const answer = /\/decide$/u.test(pathname) ? routes['decide'] : routes[route];
      if (answer === undefined) return refuse(response, 404, { code: 'not_found', message: 'No such route.' });
      answer({ body, query: searchParams, ifMatch: request.headers['if-match'] }, response);
    },
  };
};
