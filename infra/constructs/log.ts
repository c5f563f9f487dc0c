import { RemovalPolicy } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** How every log of a stage is kept: encrypted with which key, and for how many days. */
export type LogKeeping = { key: Key; retention: RetentionDays };

/** A log that outlives its stack until it expires: the one of something that somebody deleted is what explains the deletion. */
export const createLog = (
  scope: Construct,
  id: string,
  { key, retention }: LogKeeping,
  names: { logGroupName?: string } = {},
): LogGroup =>
  new LogGroup(scope, id, {
    ...names,
    encryptionKey: key,
    retention,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
