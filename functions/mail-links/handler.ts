// Trigger: links in our mails (HTTP, without sign-in). Does: confirms an address, or takes it off the list. On failure: answers 500; the reader presses again.
import { createApp } from '#shared/app.ts';
import { lambdaWorld } from '#shared/aws/lambda-world.ts';
import { answerLink } from './answer-link.ts';

export const handler = createApp(lambdaWorld()).onHttp(answerLink);
