import { SANDBOX_LEVER_APP } from '#infra/local/sandbox/lever-model.ts';
import { startLeverSandbox } from '#infra/local/sandbox/lever-sandbox.ts';
import { createSampleOrganization } from '#infra/local/sandbox/sample-organization.ts';
import { call, type Observations, type Observed } from './observe.ts';

const decoded = (jwt: string): Observed => ({
  status: 200,
  body: JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8')),
});

/** Every answer and delivery of Lever's sandbox that the product uses, by the name of its shape file. */
export const observeLever = async (): Promise<Observations> => {
  const lever = await startLeverSandbox();
  try {
    const { recruiter, tokens, opportunityIds } = createSampleOrganization(lever.model);
    const token = tokens.accessToken;
    const opportunity = `${lever.apiUrl}/opportunities/${opportunityIds.tagged}`;
    const userId = recruiter.organization.users[0]?.id ?? '';
    const write = (method: string, path: string, body?: unknown) =>
      call(`${opportunity}${path}?perform_as=${userId}`, { method, token, body });
    const get = (path: string) => call(`${lever.apiUrl}${path}`, { token });
    const delivered = (event: string): Observed => {
      const delivery = lever.model.outbox.deliveries.findLast((candidate) => candidate.event === event);
      return { status: 200, body: JSON.parse(delivery?.body ?? 'null') };
    };
    // Nothing listens there: deliveries are read from the outbox.
    const url = 'http://127.0.0.1:9/hook';

    const hook = { url, event: 'candidateHired' };
    const createWebhook = await call(`${lever.apiUrl}/webhooks`, { method: 'POST', token, body: hook });
    const { id: webhookId } = (createWebhook.body as { data: { id: string } }).data;
    const createNote = await write('POST', '/notes', { value: 'An invented note' });
    const { noteId } = (createNote.body as { data: { noteId: string } }).data;
    const observed: Observations = {
      'get-opportunities-deleted': await get('/opportunities/deleted'),
      'create-webhook': createWebhook,
      'get-webhooks': await get('/webhooks'),
      'update-opportunity-archived': await write('PUT', '/archived', { reason: 'a-reason' }),
      'update-opportunity-stage': await write('PUT', '/stage', { stage: 'lead-reached-out' }),
      'update-opportunity-tags': await write('POST', '/addTags', { tags: ['An invented tag'] }),
      'get-opportunity': await call(opportunity, { token }),
      'get-contact': await get(
        `/contacts/${recruiter.organization.opportunities.get(opportunityIds.tagged)?.contactId}`,
      ),
      'get-stages': await get('/stages'),
      'get-tags': await get('/tags'),
      'create-note': createNote,
      'get-note': await call(`${opportunity}/notes/${noteId}`, { token }),
      'error-401': await call(`${lever.apiUrl}/stages`, { token: 'nobody' }),
      'error-404': await get('/stages/11111111-2222-4333-8444-555555555555'),
    };
    recruiter.verifyConnection(webhookId);
    observed['webhook-test-request'] = delivered('candidateHired');
    recruiter.setWebhook({ url });
    recruiter.moveToStage(opportunityIds.tagged, 'Reference check');
    observed['webhook-delivery'] = delivered('candidateStageChange');
    observed['delete-webhook'] = await call(`${lever.apiUrl}/webhooks/${webhookId}`, { method: 'DELETE', token });
    observed['oauth-token'] = await call(`${lever.authUrl}/oauth/token`, {
      method: 'POST',
      body: {
        grant_type: 'refresh_token',
        client_id: SANDBOX_LEVER_APP.clientId,
        client_secret: SANDBOX_LEVER_APP.clientSecret,
        refresh_token: tokens.refreshToken,
      },
    });
    observed['oauth-access-token-payload'] = decoded(
      (observed['oauth-token'].body as { access_token: string }).access_token,
    );
    return observed;
  } finally {
    await lever.stop();
  }
};
