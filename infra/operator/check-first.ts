import * as z from 'zod';
import { parseJson } from '#shared/http/parse-json.ts';
import { edgeRegion, type Stage } from '../stages.ts';
import type { AskAws } from './ask-aws.ts';

export type PreflightPorts = {
  readonly ask: AskAws;
  /** The JSON at this address, undefined where it is none. Throws where nothing answers, or not 200. */
  readonly read: (url: string) => Promise<unknown>;
};

/** What a check found: null where all is well, else what is wrong and what to do. */
type Check = () => Promise<string | null>;

/** A new AWS account has ten: the workers of our queues take eight of them at least, and a burst of webhooks more than the rest. */
const enoughConcurrency = 98;
/** The first bootstrap that CDK 2 deploys with. */
const enoughBootstrap = 6;

/** Looks at all that a deployment of this stage would fail on, and more that its first hour would; a line for each. */
export const checkFirst = async (
  { env, openId, mailSender, maintenanceWorkers, edge }: Stage,
  { ask, read }: PreflightPorts,
): Promise<{ lines: string[]; isWell: boolean }> => {
  const region = env?.region ?? '';
  const awsIn =
    (place: string) =>
    async <T>(schema: z.ZodType<T>, ...words: string[]): Promise<T> =>
      schema.parse(parseJson(await ask([...words, '--region', place, '--output', 'json'])));
  const aws = awsIn(region);
  const bootstrapIn =
    (place: string): Check =>
    async () => {
      const schema = z.object({ Parameter: z.object({ Value: z.coerce.number() }) });
      const name = '/cdk-bootstrap/hnb659fds/version';
      const { Parameter } = await awsIn(place)(schema, 'ssm', 'get-parameter', '--name', name);
      return Parameter.Value >= enoughBootstrap
        ? null
        : `it is of version ${Parameter.Value}: run npx cdk bootstrap aws://${env?.account}/${place}`;
    };
  const checks: Record<string, Check> = {
    'AWS account': async () => {
      const { Account } = await aws(z.object({ Account: z.string() }), 'sts', 'get-caller-identity');
      return Account === env?.account
        ? null
        : `your credentials are for ${Account}, the stage's file says ${env?.account}: choose another profile (AWS_PROFILE)`;
    },
    'AWS region': async () => {
      const schema = z.object({ RegionOptStatus: z.string() });
      const { RegionOptStatus: is } = await aws(schema, 'account', 'get-region-opt-status', '--region-name', region);
      return is === 'ENABLED' || is === 'ENABLED_BY_DEFAULT'
        ? null
        : `${region} is ${is} for your account: enable it in the console (AWS Regions), or choose another`;
    },
    'CDK bootstrap': bootstrapIn(region),
    ...(edge !== undefined && { 'CDK bootstrap of the edge': bootstrapIn(edgeRegion) }),
    'Lambda concurrency': async () => {
      const schema = z.object({ AccountLimit: z.object({ UnreservedConcurrentExecutions: z.number() }) });
      const { UnreservedConcurrentExecutions: free } = (await aws(schema, 'lambda', 'get-account-settings'))
        .AccountLimit;
      const enough = enoughConcurrency + maintenanceWorkers;
      return free >= enough
        ? null
        : `${free} may run at once, ${enough} should: ask for more in Service Quotas (Lambda, concurrent executions)`;
    },
    'OpenID provider': async () => {
      const url = `${openId.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
      const { issuer } = z.object({ issuer: z.string() }).parse(await read(url));
      return issuer === openId.issuer
        ? null
        : `it calls itself ${issuer}, the stage's file says ${openId.issuer}: they must be equal letter by letter`;
    },
    ...(mailSender !== undefined && {
      'mail sender': async () => {
        const schema = z.object({ VerifiedForSendingStatus: z.boolean() });
        const identities = [mailSender, mailSender.slice(mailSender.indexOf('@') + 1)];
        const asked = await Promise.allSettled(
          identities.map((each) => aws(schema, 'sesv2', 'get-email-identity', '--email-identity', each)),
        );
        const isVerified = asked.some((each) => each.status === 'fulfilled' && each.value.VerifiedForSendingStatus);
        return isVerified ? null : `SES has verified neither ${identities.join(' nor ')} in ${region}`;
      },
      'SES sandbox': async () => {
        const { ProductionAccessEnabled } = await aws(
          z.object({ ProductionAccessEnabled: z.boolean() }),
          'sesv2',
          'get-account',
        );
        return ProductionAccessEnabled
          ? null
          : 'SES sends to verified addresses only: request production access in SES';
      },
    }),
  };
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await check().catch(sentenceOf)] as const),
  );
  return {
    lines: found.map(([name, wrong]) => (wrong === null ? `OK      ${name}` : `NOT OK  ${name}: ${wrong}`)),
    isWell: found.every(([, wrong]) => wrong === null),
  };
};

const sentenceOf = (error: unknown): string =>
  error instanceof z.ZodError
    ? 'the answer is not what was asked for'
    : error instanceof Error
      ? error.message
      : String(error);
