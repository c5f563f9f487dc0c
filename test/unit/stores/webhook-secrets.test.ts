import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noWebhookSecrets, type WebhookSecrets } from '#shared/stores/webhook-secret-store.ts';
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
const afterRotations = (...secrets: string[]): WebhookSecrets =>
  secrets.reduce<WebhookSecrets>(
    (before, secret, n) => rotateWebhookSecret(before, secret, start + n * day),
    noWebhookSecrets,
  );

describe('webhook secrets', () => {
  it('are none at first', () => {
    expect(hasWebhookSecret(noWebhookSecrets)).toBe(false);
    expect(validWebhookSecrets(noWebhookSecrets, start)).toEqual([]);
    expect(previousValidUntil(noWebhookSecrets, start)).toBeNull();
  });

  it('stay valid for 14 days after another took their place, and not a moment longer', () => {
    const secrets = afterRotations('one', 'two');
    const until = start + day + 14 * day;
    expect(previousValidUntil(secrets, start + day)).toBe(until);
    expect(validWebhookSecrets(secrets, until - 1)).toEqual(['two', 'one']);
    expect(validWebhookSecrets(secrets, until)).toEqual(['two']);
    expect(previousValidUntil(secrets, until)).toBeNull();
  });

  it('keep each its own end, however often they are changed', () => {
    const secrets = afterRotations('one', 'two', 'three');
    expect(validWebhookSecrets(secrets, start + 15 * day - 1)).toEqual(['three', 'two', 'one']);
    expect(validWebhookSecrets(secrets, start + 15 * day)).toEqual(['three', 'two']);
    expect(validWebhookSecrets(secrets, start + 16 * day)).toEqual(['three']);
  });

  it('are the newest five at most, however fast they are changed', () => {
    const given = Array.from({ length: 200 }, (_, n) => `secret-${n}`);
    const secrets = given.reduce((before, secret) => rotateWebhookSecret(before, secret, start), noWebhookSecrets);
    expect(secrets.webhookSecrets.map(({ secret }) => secret)).toEqual(given.slice(-5).toReversed());
  });

  it('are not changed by being given again: a repeated request drops nothing', () => {
    const secrets = afterRotations('one', 'two');
    expect(rotateWebhookSecret(secrets, 'two', start + 9 * day)).toBe(secrets);
  });

  it('can go back to the one before', () => {
    const secrets = afterRotations('one', 'two', 'one');
    expect(secrets.webhookSecrets.map(({ secret }) => secret)).toEqual(['one', 'two']);
    expect(secrets.webhookSecrets[0]?.validUntil).toBeNull();
  });

  it('have each event its own: another event’s goes on for ever beside it', () => {
    const [moved, deleted, archived] = ['candidateStageChange', 'candidateDeleted', 'candidateArchiveChange'] as const;
    let secrets = afterRotations('one');
    secrets = rotateWebhookSecret(secrets, 'of deletions', start, deleted);
    secrets = rotateWebhookSecret(secrets, 'of archives', start, archived);
    expect(webhookSecretEvents(secrets)).toEqual([moved, deleted, archived]);
    secrets = rotateWebhookSecret(secrets, 'of deletions anew', start + day, deleted);
    const all = ['of deletions anew', 'of deletions', 'of archives', 'one'];
    expect(validWebhookSecrets(secrets, start + 15 * day - 1).toSorted()).toEqual(all.toSorted());
    expect(validWebhookSecrets(secrets, start + 900 * day)).toEqual(['of deletions anew', 'of archives', 'one']);
    expect(webhookSecretEvents(revokePrevious(secrets))).toEqual([moved, deleted, archived]);
  });

  it('may be one for two webhooks, which is then tried once', () => {
    const secrets = rotateWebhookSecret(afterRotations('one'), 'one', start, 'candidateDeleted');
    expect(webhookSecretEvents(secrets)).toEqual(['candidateStageChange', 'candidateDeleted']);
    expect(validWebhookSecrets(secrets, start)).toEqual(['one']);
    const later = rotateWebhookSecret(secrets, 'two', start);
    expect(validWebhookSecrets(later, start + 900 * day)).toEqual(['two', 'one']);
  });

  it('that were saved before events were told apart are those of stage changes', () => {
    const old = { ...noWebhookSecrets, webhookSecrets: [{ secret: 'old', validUntil: null, event: null }] };
    expect(webhookSecretEvents(old)).toEqual(['candidateStageChange']);
    const others = rotateWebhookSecret(old, 'of deletions', start, 'candidateDeleted');
    expect(validWebhookSecrets(others, start + 900 * day).toSorted()).toEqual(['of deletions', 'old']);
    const rotated = rotateWebhookSecret(old, 'new', start);
    expect(validWebhookSecrets(rotated, start + 14 * day)).toEqual(['new']);
    expect(rotateWebhookSecret(old, 'old', start)).toBe(old);
  });

  it('are only the current one once the others are revoked', () => {
    const secrets = revokePrevious(afterRotations('one', 'two', 'three'));
    expect(validWebhookSecrets(secrets, start)).toEqual(['three']);
    expect(previousValidUntil(secrets, start)).toBeNull();
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
    expect(hasWebhookSecret({ ...noWebhookSecrets, webhooks: [webhook] })).toBe(false);
  });

  it('are never without exactly one current, nor hold one twice, nor believe what has run out', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat({ max: 20 * day })), { minLength: 1 });
    fc.assert(
      fc.property(steps, (rotations) => {
        let [held, now] = [noWebhookSecrets, start];
        for (const [secret, wait] of rotations) {
          now += wait;
          const validBefore = validWebhookSecrets(held, now);
          held = rotateWebhookSecret(held, secret, now);
          const secrets = held.webhookSecrets.map((each) => each.secret);
          expect(held.webhookSecrets.filter(({ validUntil }) => validUntil === null)).toHaveLength(1);
          expect(secrets[0]).toBe(secret);
          expect(new Set(secrets).size).toBe(secrets.length);
          expect(validWebhookSecrets(held, now)).toEqual(expect.arrayContaining(validBefore));
        }
      }),
    );
  });
});
