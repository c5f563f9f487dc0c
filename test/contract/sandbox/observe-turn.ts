import { createSamplePartner } from '#infra/local/sandbox/sample-partner.ts';
import { startTurnSandbox } from '#infra/local/sandbox/turn-sandbox.ts';
import { call, type Observations, type Observed } from './observe.ts';

/** Every answer and callback of Turn's sandbox that the product uses, by the name of its shape file. */
export const observeTurn = async (): Promise<Observations> => {
  const turn = await startTurnSandbox();
  try {
    const partner = createSamplePartner(turn.model);
    const { token } = partner;
    // Nothing listens there: callbacks are read from the outbox.
    partner.webhookUrl = 'http://127.0.0.1:9/a';
    const order = (body: unknown) => call(`${turn.apiUrl}/person/search_async`, { method: 'POST', token, body });
    const required = {
      first_name: 'Wilhelmina',
      last_name: 'Sparrowdene',
      email: 'wilhelmina@invented.example',
      callback_url: 'http://127.0.0.1:9/b',
    };
    const optional = {
      phone_number: '13125550199',
      reference_id: 'invented-1',
      redirect_url: 'https://invented.example/done',
      email_candidate: true,
      do_checks: true,
    };
    const delivered = (event: string): Observed => {
      const delivery = turn.model.outbox.deliveries.findLast((candidate) => candidate.event === event);
      return { status: 200, body: JSON.parse(delivery?.body ?? 'null') };
    };
    const observed: Observations = {
      'public_api_me.200': await call(`${turn.apiUrl}/public_api/me`, { token }),
      'public_api_me.401': await call(`${turn.apiUrl}/public_api/me`),
      'public_api_me.400': await call(`${turn.apiUrl}/public_api/me`, { token: 'not-a-token' }),
      'public_api_me_packages.200': await call(`${turn.apiUrl}/public_api/me/packages`, { token }),
      'search_async.200': await order({ ...required, ...optional }),
      'search_async.422': await order({ email_candidate: true }),
      'search_async.422.package': await order({ ...required, package_id: 'P9999999999' }),
      'person_status.422': await call(`${turn.apiUrl}/person/C0000000001/status`, { token }),
    };
    // Without a reference, as in the documented callbacks.
    const placed = await order(required);
    const { worker_id: workerId } = placed.body as { worker_id: string };
    const check = turn.model.checks.find((candidate) => candidate.workerId === workerId);
    turn.model.advance(workerId, 'processing');
    turn.model.recheck(workerId);
    // Continuous monitoring is Turn's own doing; the product only passes by its dates.
    Object.assign(check ?? {}, { criminalMonitoringEnrolledOn: '2026-01-02', criminalMonitoringTriggered: true });
    turn.model.advance(workerId, 'pending');
    turn.model.sendHook(workerId, 'CONSENT_CONFIRMATION');
    turn.model.sendHook(workerId, 'SSN_UPDATED');
    observed['person_status.200'] = await call(`${turn.apiUrl}/person/${workerId}/status`, { token });
    observed['webhook.a'] = delivered('status');
    observed['webhook.b'] = delivered('results');
    observed['webhook.c'] = delivered('consent');
    observed['webhook.d'] = delivered('ssn');
    return observed;
  } finally {
    await turn.stop();
  }
};
