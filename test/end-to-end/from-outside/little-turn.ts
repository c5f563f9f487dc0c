import { randomInt, randomUUID } from 'node:crypto';
import { type Asked, type Given, type PlainServer, post, serve } from './plain-http.ts';

/** An order as it arrived. */
export type Order = {
  token: string;
  body: Record<string, unknown>;
  workerId: string;
  turnId: string;
  state: string;
};

export type LittleTurn = PlainServer & {
  orders: Order[];
  /** `accept-then-cut`: the order counts, the answer is lost; once. `down`: 503 to everything, until changed. */
  mood: 'well' | 'accept-then-cut' | 'down';
  asked: { method: string; path: string }[];
  /** Looks at an order before it is taken: what it answers is Turn's answer, and nothing is ordered. */
  refuses?: ((body: Record<string, unknown>) => Given | undefined) | undefined;
  /** Whether the invitation went out, as the answer to an order says. */
  emailStatus?: { message: string; status: number } | undefined;
  /** Where state changes are told, by the customer's token. */
  webhookUrls: Map<string, string>;
  /** Changes a check's state and tells: worker id alone to the account, results to the order's own URL. */
  advance(order: Order, state: string): Promise<number[]>;
};

const KNOWN_PACKAGES = ['P7700000001', 'P7700000002'];

const dashboard = (workerId: string): string => `https://partners.turn.ai/workers/${workerId}`;
const dates = {
  consent_date: null,
  recheck_date: null,
  cm_criminal_enroll: null,
  criminal_monitoring_triggered: false,
};

const place = (turn: LittleTurn, asked: Asked, token: string): Given => {
  const body = JSON.parse(asked.text) as Record<string, unknown>;
  const gaps = ['email', 'first_name', 'last_name', 'callback_url'].filter((field) => !body[field]);
  if (gaps.length > 0)
    return {
      status: 422,
      json: Object.fromEntries(gaps.map((field) => [`json.${field}`, ['Missing data for required field.']])),
    };
  const packageId = body['package_id'];
  if (packageId !== undefined && packageId !== null && !KNOWN_PACKAGES.includes(String(packageId)))
    return { status: 422, json: { message: `Package ${packageId} doesn't exist.` } };
  const refusal = turn.refuses?.(body);
  if (refusal !== undefined) return refusal;
  const order = {
    token,
    body,
    workerId: randomUUID(),
    turnId: `C${randomInt(1_000_000_000, 9_999_999_999)}`,
    state: 'emailed',
  };
  turn.orders.push(order);
  if (turn.mood === 'accept-then-cut') {
    turn.mood = 'well';
    return 'cut';
  }
  const message = { code: '9200', message: 'The operation completed successfully.', request_uuid: randomUUID() };
  const { email, first_name, last_name } = body;
  return {
    status: 200,
    json: {
      message,
      candidate_consent_url: 'https://partners.turn.ai/consent/x',
      email,
      first_name,
      last_name,
      email_candidate: true,
      phone_number: body['phone_number'] ?? null,
      redirect_url: null,
      reference_id: body['reference_id'] ?? null,
      email_status: turn.emailStatus ?? { message: 'The notification email is on our queue', status: 200 },
      sms_status: { message: 'SMS queued to be sent', status: 200 },
      uuid: randomUUID(),
      worker_id: order.workerId,
    },
  };
};

const answerTurn = (turn: LittleTurn, asked: Asked): Given => {
  turn.asked.push({ method: asked.method, path: asked.path });
  if (turn.mood === 'down') return { status: 503, json: { message: 'Service Unavailable' } };
  const token = asked.headers.authorization?.replace('Bearer ', '');
  if (token === undefined)
    return { status: 401, json: { code: 'authorization_header_missing', description: 'Missing' } };
  if (!turn.webhookUrls.has(token))
    return { status: 400, json: { code: 'invalid_header', description: 'Unable to parse authentication token' } };
  if (asked.path === '/v1/public_api/me') return { status: 200, json: { name: 'Somebody' } };
  if (asked.path === '/v1/person/search_async') return place(turn, asked, token);
  const id = decodeURIComponent(/^\/v1\/person\/([^/]+)\/status$/.exec(asked.path)?.[1] ?? '');
  const order = turn.orders.findLast(
    (each) => each.token === token && [each.workerId, each.turnId, each.body['reference_id']].includes(id),
  );
  if (!order) return { status: 422, json: { message: `Worker with id ${id} was not found` } };
  const { workerId: worker_id, turnId: turn_id, state } = order;
  const worker_email = order.body['email'];
  return {
    status: 200,
    json: { dashboard_url: dashboard(worker_id), state, turn_id, worker_email, worker_id, ...dates },
  };
};

/** Turn as its documentation describes it. */
export const startLittleTurn = async (): Promise<LittleTurn> => {
  const advance: LittleTurn['advance'] = async (order, state) => {
    const originalState = order.state;
    order.state = state;
    const { workerId, turnId, body } = order;
    const told = await post(turn.webhookUrls.get(order.token) ?? '', {
      team_member_email: 'somebody@turn.invalid',
      original_state: originalState,
      dashboard_url: dashboard(workerId),
      event_id: randomUUID(),
      state,
      timestamp: Math.floor(Date.now() / 1000),
      worker_email: body['email'],
      worker_id: workerId,
      ...dates,
    });
    if (state !== 'approved' && state !== 'pending') return [told.status];
    const results = await post(String(body['callback_url']), {
      checks: { criminal: state === 'approved' ? 'clear' : [], ssn: null },
      current_address: {},
      date_of_birth: '1971-02-03',
      name: `${body['first_name']} ${body['last_name']}`,
      license_number: null,
      license_state: null,
      email: body['email'],
      partner_worker_status: state,
      dashboard_url: dashboard(workerId),
      turn_id: turnId,
      reference_id: body['reference_id'],
      callback_uuid: randomUUID(),
      worker_uuid: workerId,
      ...dates,
    });
    return [told.status, results.status];
  };
  const server = await serve((asked) => answerTurn(turn, asked));
  const turn: LittleTurn = { ...server, orders: [], mood: 'well', asked: [], webhookUrls: new Map(), advance };
  return turn;
};
