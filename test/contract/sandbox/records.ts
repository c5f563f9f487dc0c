import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Observed } from './observe.ts';

/** Samples recorded from Lever and documented by Turn, where they lie beside the repository. */
export const RECORDS = fileURLToPath(new URL('../../../../shared/fixtures/', import.meta.url));

export const recordsPresent = existsSync(RECORDS);

/** The recorded file's name, for each shape. */
export const RECORD_OF: Record<'lever' | 'turn', Record<string, string>> = {
  lever: {
    'create-note': 'create-note.json',
    'create-webhook': 'create-webhook.json',
    'delete-webhook': 'delete-webhook.json',
    'error-401': 'error-401-live-probe-2026-08-26.json',
    'error-404': 'error-404.json',
    'get-contact': 'get-contact.json',
    'get-note': 'get-note.json',
    'get-opportunities-deleted': 'get-opportunities-deleted.json',
    'get-opportunity': 'get-opportunity.json',
    'get-stages': 'get-stages.json',
    'get-tags': 'get-tags.json',
    'get-webhooks': 'get-webhooks.json',
    'oauth-token': 'oauth-token-response.json',
    'update-opportunity-archived': 'update-opportunity-archived.json',
    'update-opportunity-stage': 'update-opportunity-stage.json',
    'update-opportunity-tags': 'update-opportunity-tags.json',
    'webhook-delivery': 'webhook-delivery-candidateStageChange.json',
    'webhook-test-request': 'webhook-test-request.json',
  },
  turn: {
    'person_status.200': 'person_status.response.200.json',
    'person_status.422': 'person_status.response.422.json',
    'public_api_me.200': 'public_api_me.response.200.json',
    'public_api_me.400': 'public_api_me.response.400.json',
    'public_api_me.401': 'public_api_me.response.401.json',
    'search_async.200': 'search_async.response.200.json',
    'search_async.422': 'search_async.response.422.json',
    'webhook.a': 'webhook.a_status_update.json',
    'webhook.b': 'webhook.b_results.json',
    'webhook.c': 'webhook.c_consent_confirmation.json',
    'webhook.d': 'webhook.d_ssn_updated.json',
  },
};

/** Records that are no answer of a sandbox, with the reason. */
export const NOT_COMPARED: Record<string, string> = {
  'lever/signatures.json': 'vectors, checked in signatures.test.ts',
  'lever/webhook-create-response-DOUBLE-NESTED.json': 'the reference; the recording of the live API wins',
  'turn/person_details.response.200.json': 'the product never reads reports, so the sandbox serves none',
  'turn/search_async.request.json': 'a request, placed by the product',
  'turn/status_vocabulary.json': 'a vocabulary, not an answer',
};

const statusInName = (file: string): number => Number(/\.(\d{3})\.json$/.exec(file)?.[1] ?? 200);

/** A record as status and body: Lever's recordings carry theirs, the documented ones have it in their name or subject. */
export const readRecord = (vendor: 'lever' | 'turn', file: string): Observed => {
  const record: unknown = JSON.parse(readFileSync(`${RECORDS}${vendor}/${file}`, 'utf8'));
  if (Array.isArray(record)) {
    const [{ status, response }] = record as [{ status: number; response: unknown }];
    return { status, body: response };
  }
  const status = Number(/^error-(\d{3})/.exec(file)?.[1] ?? statusInName(file));
  const { _decoded_example_access_token_payload: _, ...body } = record as Record<string, unknown>;
  return { status, body };
};

/** Every record, as `vendor/file`. */
export const recordFiles = (): string[] =>
  (['lever', 'turn'] as const).flatMap((vendor) =>
    readdirSync(`${RECORDS}${vendor}`).map((file) => `${vendor}/${file}`),
  );
