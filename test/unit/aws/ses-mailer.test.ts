import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSesMailer } from '#shared/aws/ses-mailer.ts';

const mail = {
  to: 'ada@northwind.example',
  subject: 'Solved: Lever lets us in again',
  text: 'There is nothing to do.',
  unsubscribeUrl: 'https://api.example/mail/acct_harborlight/unsubscribe/a-secret',
};
const clientThat = (send: (input: unknown) => Promise<unknown>) =>
  ({ send: async ({ input }: { input: unknown }) => send(input) }) as unknown as SESv2Client;

beforeEach(() => {
  process.env['MAIL_SENDER'] = 'notices@turn.example';
});
afterEach(() => {
  delete process.env['MAIL_SENDER'];
});

describe('a mail', () => {
  it('is handed to SES with the sender of the deployment, and what mail programs unsubscribe by', async () => {
    const sent: unknown[] = [];
    expect(await createSesMailer(clientThat(async (input) => sent.push(input)))(mail)).toBeNull();
    expect(sent).toMatchObject([
      {
        FromEmailAddress: 'notices@turn.example',
        Destination: { ToAddresses: ['ada@northwind.example'] },
        Content: {
          Simple: {
            Subject: { Data: mail.subject },
            Body: { Text: { Data: mail.text } },
            Headers: [
              { Name: 'List-Unsubscribe', Value: `<${mail.unsubscribeUrl}>` },
              { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
            ],
          },
        },
      },
    ]);
  });

  it.each([
    ['MessageRejected', 'MessageRejected'],
    ['address ada@northwind.example', 'unknown'],
  ])('that SES refuses with %s is told of without its address', async (name, told) => {
    const refusing = clientThat(async () => {
      throw Object.assign(new Error('Email address is not verified: ada@northwind.example'), { name });
    });
    expect(await createSesMailer(refusing)(mail)).toBe(told);
  });
});
