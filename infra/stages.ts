import type { Node } from 'constructs';
import * as z from 'zod';

// Lever keeps separate hosts, apps and data for its sandbox; Turn documents one host, and the account's token decides there.
const LEVER_HOSTS = {
  production: { apiUrl: 'https://api.lever.co/v1', authUrl: 'https://auth.lever.co' },
  sandbox: { apiUrl: 'https://api.sandbox.lever.co/v1', authUrl: 'https://sandbox-lever.auth0.com' },
} as const;

const httpsUrl = z
  .url({ protocol: /^https$/, error: 'must be an https:// address' })
  .refine((url) => !url.endsWith('/'), {
    error: 'must not end with a slash',
  });

const contextSchema = z
  .object({
    stage: z.enum(['production', 'sandbox'], { error: 'must be production or sandbox' }).default('production'),
    turnApiUrl: httpsUrl.default('https://api.turn.ai/v1'),
    alarmEmail: z.email({ error: 'must be an e-mail address' }).optional(),
    alarmTopicArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/, { error: 'must be the ARN of an SNS topic' })
      .optional(),
    domainName: z
      .string()
      .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, { error: 'must be a host name' })
      .optional(),
    certificateArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, {
        error: 'must be the ARN of a certificate',
      })
      .optional(),
  })
  .refine((context) => !(context.alarmEmail && context.alarmTopicArn), {
    path: ['alarmEmail'],
    error: 'give either alarmEmail or alarmTopicArn, not both',
    when: () => true,
  })
  .refine((context) => Boolean(context.domainName) === Boolean(context.certificateArn), {
    path: ['domainName'],
    error: 'domainName and certificateArn come together',
    when: () => true,
  });

type Context = z.infer<typeof contextSchema>;
type CustomDomain = { name: string; certificateArn: string };

/** What differs from one deployment to another; everything else is the same everywhere. */
export type Stage = Pick<Context, 'turnApiUrl' | 'alarmEmail' | 'alarmTopicArn'> & {
  name: Context['stage'];
  leverApiUrl: string;
  leverAuthUrl: string;
  customDomain: CustomDomain | undefined;
};

/** Reads the stage from the context values (`cdk -c name=value`); throws one error that names every value at fault. */
export function readStage(node: Node): Stage {
  const given = Object.fromEntries(Object.keys(contextSchema.shape).map((key) => [key, node.tryGetContext(key)]));
  const parsed = contextSchema.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`Context values (cdk -c name=value) are wrong:\n${faults.join('\n')}`);
  }
  const { stage, turnApiUrl, alarmEmail, alarmTopicArn, domainName, certificateArn } = parsed.data;
  const lever = LEVER_HOSTS[stage];
  return {
    name: stage,
    leverApiUrl: lever.apiUrl,
    leverAuthUrl: lever.authUrl,
    turnApiUrl,
    alarmEmail,
    alarmTopicArn,
    customDomain: domainName && certificateArn ? { name: domainName, certificateArn } : undefined,
  };
}
