import * as z from 'zod';
import type { Answer } from './exchange.ts';
import { inventDigits, inventText, inventUuid, type Random } from './invented-values.ts';
import type { TurnCheck, TurnPartner } from './turn-records.ts';

const orderSchema = z.object({
  first_name: z.string().min(1),
  last_name: z.string().min(1),
  email: z.email(),
  callback_url: z.url(),
  // Any digits do. Of which numbers Turn thinks better nobody knows: here it refuses those of Jamaica, so that one is refused.
  phone_number: z
    .string()
    .regex(/^(?!1?876)\d{10,11}$/)
    .nullish(),
  email_candidate: z.boolean().default(true),
  package_id: z.string().nullish(),
  reference_id: z.string().nullish(),
  redirect_url: z.url().nullish(),
  do_checks: z.boolean().default(true),
});
type Order = z.infer<typeof orderSchema>;

const WRONG_VALUE: Record<string, string> = {
  email: 'Not a valid email address.',
  phone_number: 'Not a 10 or 11 digit number.',
  callback_url: 'Not a valid URL.',
};

/** 422 in Turn's shape: `json.<field>` to a list of sentences. */
const refuse = (body: unknown, error: z.ZodError): Answer => {
  const sent = z.record(z.string(), z.unknown()).safeParse(body).data ?? {};
  const fields = new Set(error.issues.map(({ path }) => String(path[0] ?? '_schema')));
  // A body that is not an object misses every required field.
  const named = fields.has('_schema') ? ['email', 'first_name', 'last_name', 'callback_url'] : [...fields];
  const sentence = (field: string): string =>
    sent[field] === undefined ? 'Missing data for required field.' : (WRONG_VALUE[field] ?? 'Not a valid string.');
  return { status: 422, body: Object.fromEntries(named.map((field) => [`json.${field}`, [sentence(field)]])) };
};

const consentUrl = (order: Order, random: Random): string => {
  const echoed = {
    first_name: order.first_name,
    last_name: order.last_name,
    phone_number: order.phone_number ?? '',
    email: order.email,
    email_candidate: order.email_candidate ? 'True' : 'False',
    reference_id: order.reference_id ?? '',
    redirect_url: order.redirect_url ?? '',
  };
  return `https://partners.turn.ai/consent/${inventText(random, 32)}?${new URLSearchParams(echoed).toString()}`;
};

/** Addresses at this host are never reached; Turn says so in its answer, and has the check all the same. */
const UNREACHED = '@unreached.example';

const accepted = (order: Order, check: TurnCheck, random: Random): Answer => ({
  status: 200,
  body: {
    message: {
      code: '9200',
      message: 'The operation completed successfully.',
      request_uuid: inventUuid(random),
    },
    candidate_consent_url: consentUrl(order, random),
    email: check.email,
    email_candidate: check.emailCandidate,
    first_name: check.firstName,
    last_name: check.lastName,
    phone_number: check.phoneNumber,
    redirect_url: check.redirectUrl,
    reference_id: check.referenceId,
    email_status: check.email.endsWith(UNREACHED)
      ? { message: 'The notification email could not be sent', status: 422 }
      : { message: 'The notification email is on our queue, it will be delivered shortly', status: 200 },
    sms_status: { message: 'SMS queued to be sent', status: 200 },
    uuid: check.uuid,
    worker_id: check.workerId,
  },
});

/** `POST /person/search_async`: an accepted order yields a check; a repeated one yields a second (no idempotency key). */
export const placeOrder = (
  partner: TurnPartner,
  body: unknown,
  options: { now: () => number; random: Random },
): { answer: Answer; check?: TurnCheck } => {
  const { now, random } = options;
  const parsed = orderSchema.safeParse(body);
  if (!parsed.success) return { answer: refuse(body, parsed.error) };
  const order = parsed.data;
  const packageId = order.package_id ?? partner.defaultPackageId;
  if (!partner.packageIds.includes(packageId))
    return { answer: { status: 422, body: { message: `Package ${packageId} doesn't exist.` } } };
  const invited = order.email_candidate && order.do_checks && !order.email.endsWith(UNREACHED);
  const check: TurnCheck = {
    partnerId: partner.id,
    workerId: inventUuid(random),
    turnId: `C${inventDigits(random, 10)}`,
    uuid: inventUuid(random),
    state: invited ? 'emailed' : 'initiated',
    packageId,
    firstName: order.first_name,
    lastName: order.last_name,
    email: order.email,
    phoneNumber: order.phone_number ?? null,
    referenceId: order.reference_id ?? null,
    redirectUrl: order.redirect_url ?? null,
    callbackUrl: order.callback_url,
    emailCandidate: order.email_candidate,
    doChecks: order.do_checks,
    invitations: invited ? 1 : 0,
    orderedAt: now(),
    consentDate: null,
    recheckDate: null,
    criminalMonitoringEnrolledOn: null,
    criminalMonitoringTriggered: false,
  };
  return { answer: accepted(order, check, random), check };
};
