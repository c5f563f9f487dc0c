import type { ActionOutcome, CheckAction } from '#shared/domain/check-action.ts';
import { parseJson } from '#shared/http/parse-json.ts';
import { type HttpAnswer, NetworkError, type SendRequest } from '#shared/http/send-request.ts';
import { isTokenRefusal } from './turn-words.ts';

const timeoutMs = 15_000;

/** Asks Turn, with the account's own token, to do something about a check. Each call e-mails a person or may cost money: it is never repeated by itself. */
export const createCheckActions = (options: { apiUrl: string; token: string; send: SendRequest }) => {
  const ask = async (method: 'POST' | 'PUT', path: string): Promise<ActionOutcome> => {
    try {
      const answer = await options.send({
        method,
        url: new URL(`${options.apiUrl}${path}`),
        headers: { authorization: `Bearer ${options.token}`, accept: 'application/json' },
        body: null,
        timeoutMs,
        deadline: null,
      });
      return outcomeOf(answer);
    } catch (error) {
      if (error instanceof NetworkError) return 'unknown';
      throw error;
    }
  };
  return {
    /** 200 `{}`; 404: no such worker; 422: the candidate has accepted already, or no e-mail was sent (Turn's documentation). */
    resend_invitation: (turnId: string) => ask('POST', `/fcra/${encodeURIComponent(turnId)}/email/consent/resend`),
    /** Back to work under the same Turn ID; allowed from `approved`, `pending` and `rejected`, otherwise 404 or 422 (Turn's documentation). */
    recheck: (turnId: string) => ask('PUT', `/fcra_check/${encodeURIComponent(turnId)}/recheck`),
  } satisfies Record<CheckAction, (turnId: string) => Promise<ActionOutcome>>;
};

const outcomeOf = ({ status, body }: HttpAnswer): ActionOutcome => {
  if (status >= 200 && status < 300) return 'done';
  const json = parseJson(body);
  if (isTokenRefusal(status, json)) return 'token_rejected';
  if (status === 404 && json !== undefined) return 'not_found';
  const isRefusal = status >= 400 && status < 500 && ![401, 403, 404, 408, 425, 429].includes(status);
  return isRefusal ? 'refused' : 'unknown';
};
