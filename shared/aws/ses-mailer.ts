import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { SendMail } from '#shared/world.ts';
import { readVariable } from './environment.ts';

const patienceMs = 10_000;

/** Hands mails to SES, from the address in MAIL_SENDER. Answers null where SES took one, else the name of its refusal, which holds no address. */
export const createSesMailer =
  (client: Pick<SESv2Client, 'send'>): SendMail =>
  async ({ to, subject, text, unsubscribeUrl }) => {
    const mail = new SendEmailCommand({
      FromEmailAddress: readVariable('MAIL_SENDER'),
      Destination: { ToAddresses: [to] },
      Content: {
        Simple: {
          Subject: { Data: subject, Charset: 'UTF-8' },
          Body: { Text: { Data: text, Charset: 'UTF-8' } },
          Headers: [
            { Name: 'List-Unsubscribe', Value: `<${unsubscribeUrl}>` },
            { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
          ],
        },
      },
    });
    try {
      await client.send(mail, { abortSignal: AbortSignal.timeout(patienceMs) });
      return null;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // Its message may hold the address.
      return /^\w{1,60}$/u.test(error.name) ? error.name : 'unknown';
    }
  };
