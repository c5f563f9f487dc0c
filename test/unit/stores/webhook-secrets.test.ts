import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Credentials, noCredentials } from '#shared/stores/credential-store.ts';
import {
  hasWebhookSecret,
  previousValidUntil,
  revokePrevious,
  rotateWebhookSecret,
  validWebhookSecrets,
  webhookSecretEvents,
} from '#shared/stores/webhook-secrets.ts';

const day = 86_400_000;
const start = 1_772_442_060_000;
const afterRotations = (...secrets: string[]): Credentials =>
  secrets.reduce<Credentials>(
    (before, secret, n) => rotateWebhookSecret(before, secret, start + n * day),
    noCredentials,
  );

describe('webhook secrets', () => {
  it('are none at first', () => {
    expect(hasWebhookSecret(noCredentials)).toBe(false);
    expect(validWebhookSecrets(noCredentials, start)).toEqual([]);
    expect(previousValidUntil(noCredentials, start)).toBeNull();
  });

  it('stay valid for 14 days after another took their place, and not a moment longer', () => {
    const credentials = afterRotations('one', 'two');
    const until = start + day + 14 * day;
    expect(previousValidUntil(credentials, start + day)).toBe(until);
    expect(validWebhookSecrets(credentials, until - 1)).toEqual(['two', 'one']);
    expect(validWebhookSecrets(credentials, until)).toEqual(['two']);
    expect(previousValidUntil(credentials, until)).toBeNull();
  });

  it('keep each its own end, however often they are changed', () => {
    const credentials = afterRotations('one', 'two', 'three');
    expect(validWebhookSecrets(credentials, start + 15 * day - 1)).toEqual(['three', 'two', 'one']);
    expect(validWebhookSecrets(credentials, start + 15 * day)).toEqual(['three', 'two']);
    expect(validWebhookSecrets(credentials, start + 16 * day)).toEqual(['three']);
  });

  it('are the newest five at most, however fast they are changed', () => {
    const given = Array.from({ length: 200 }, (_, n) => `secret-${n}`);
    const credentials = given.reduce((before, secret) => rotateWebhookSecret(before, secret, start), noCredentials);
    expect(credentials.webhookSecrets.map(({ secret }) => secret)).toEqual(given.slice(-5).toReversed());
  });

  it('are not changed by being given again: a repeated request drops nothing', () => {
    const credentials = afterRotations('one', 'two');
    expect(rotateWebhookSecret(credentials, 'two', start + 9 * day)).toBe(credentials);
  });

  it('can go back to the one before', () => {
    const credentials = afterRotations('one', 'two', 'one');
    expect(credentials.webhookSecrets.map(({ secret }) => secret)).toEqual(['one', 'two']);
    expect(credentials.webhookSecrets[0]?.validUntil).toBeNull();
  });

  it('have each event its own: another event’s goes on for ever beside it', () => {
    const [moved, deleted, archived] = ['candidateStageChange', 'candidateDeleted', 'candidateArchiveChange'] as const;
    let credentials = afterRotations('one');
    credentials = rotateWebhookSecret(credentials, 'of deletions', start, deleted);
    credentials = rotateWebhookSecret(credentials, 'of archives', start, archived);
    expect(webhookSecretEvents(credentials)).toEqual([moved, deleted, archived]);
    credentials = rotateWebhookSecret(credentials, 'of deletions anew', start + day, deleted);
    const all = ['of deletions anew', 'of deletions', 'of archives', 'one'];
    expect(validWebhookSecrets(credentials, start + 15 * day - 1).toSorted()).toEqual(all.toSorted());
    expect(validWebhookSecrets(credentials, start + 900 * day)).toEqual(['of deletions anew', 'of archives', 'one']);
    expect(webhookSecretEvents(revokePrevious(credentials))).toEqual([moved, deleted, archived]);
  });

  it('may be one for two webhooks, which is then tried once', () => {
    const credentials = rotateWebhookSecret(afterRotations('one'), 'one', start, 'candidateDeleted');
    expect(webhookSecretEvents(credentials)).toEqual(['candidateStageChange', 'candidateDeleted']);
    expect(validWebhookSecrets(credentials, start)).toEqual(['one']);
    const later = rotateWebhookSecret(credentials, 'two', start);
    expect(validWebhookSecrets(later, start + 900 * day)).toEqual(['two', 'one']);
  });

  it('that were saved before events were told apart are those of stage changes', () => {
    const old = { ...noCredentials, webhookSecrets: [{ secret: 'old', validUntil: null, event: null }] };
    expect(webhookSecretEvents(old)).toEqual(['candidateStageChange']);
    const others = rotateWebhookSecret(old, 'of deletions', start, 'candidateDeleted');
    expect(validWebhookSecrets(others, start + 900 * day).toSorted()).toEqual(['of deletions', 'old']);
    const rotated = rotateWebhookSecret(old, 'new', start);
    expect(validWebhookSecrets(rotated, start + 14 * day)).toEqual(['new']);
    expect(rotateWebhookSecret(old, 'old', start)).toBe(old);
  });

  it('are only the current one once the others are revoked', () => {
    const credentials = revokePrevious(afterRotations('one', 'two', 'three'));
    expect(validWebhookSecrets(credentials, start)).toEqual(['three']);
    expect(previousValidUntil(credentials, start)).toBeNull();
  });

  it('leave those of registered webhooks alone, which are believed beside them', () => {
    const webhook = {
      webhookId: 'w-1',
      event: 'candidateDeleted',
      secret: 'registered',
      validUntil: null,
      isListed: true,
    };
    const before = { ...afterRotations('one'), webhooks: [webhook] };
    const after = revokePrevious(rotateWebhookSecret(before, 'two', start));
    expect(after.webhooks).toEqual([webhook]);
    expect(validWebhookSecrets(after, start)).toEqual(['two', 'registered']);
    expect(hasWebhookSecret({ ...noCredentials, webhooks: [webhook] })).toBe(false);
  });

  it('are never without exactly one current, nor hold one twice, nor believe what has run out', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat({ max: 20 * day })), { minLength: 1 });
    fc.assert(
      fc.property(steps, (rotations) => {
        let [credentials, now] = [noCredentials, start];
        for (const [secret, wait] of rotations) {
          now += wait;
          const validBefore = validWebhookSecrets(credentials, now);
          credentials = rotateWebhookSecret(credentials, secret, now);
          const secrets = credentials.webhookSecrets.map((each) => each.secret);
          expect(credentials.webhookSecrets.filter(({ validUntil }) => validUntil === null)).toHaveLength(1);
          expect(secrets[0]).toBe(secret);
          expect(new Set(secrets).size).toBe(secrets.length);
          expect(validWebhookSecrets(credentials, now)).toEqual(expect.arrayContaining(validBefore));
        }
      }),
    );
  });
});
