// Trigger: every minute. Does: mails people who asked for it what is wrong with their account, and when it is mended. On failure: what was not sent is sent by a later run.
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { createApp } from '#shared/app.ts';
import { lambdaWorld } from '#shared/aws/lambda-world.ts';
import { createSesMailer } from '#shared/aws/ses-mailer.ts';
import { sendNotices } from './send-notices.ts';

const sendMail = createSesMailer(new SESv2Client({ maxAttempts: 1 }));

export const handler = createApp(lambdaWorld(), () => ({ sendMail })).onSchedule(sendNotices);
