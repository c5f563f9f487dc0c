import type { RetryPolicy } from '#shared/domain/retry-policy.ts';
import type { EnqueueAccount, EnqueueWork, WorkType } from '#shared/domain/work-item.ts';
import type { SendRequest } from '#shared/http/send-request.ts';
import type { Log } from '#shared/observability/events.ts';
import type { FieldCipher } from '#shared/stores/field-cipher.ts';
import type { Table } from '#shared/stores/table.ts';

/** What surrounds the product: everything that it does not decide by itself. */
export type World = {
  /** Epoch milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** In [0, 1). */
  random(): number;
  newId(): string;
  /** A long random text, fit for a URL. */
  newSecret(): string;
  readonly table: Table;
  readonly cipher: FieldCipher;
  /** Of the webhook secrets, under keys of their own. */
  readonly webhookCipher: FieldCipher;
  readonly send: SendRequest;
  /** The text of a secret of ours in Secrets Manager. */
  secret(name: SecretName): Promise<string>;
  readonly queues: Readonly<Record<WorkType, EnqueueWork>> & { readonly maintenance: EnqueueAccount };
  /** The queue that the function consumes. */
  readonly ownQueue: OwnQueue;
  readonly log: Log;
  readonly config: Config;
};

/** `leverApp`: JSON with the `clientId` and `clientSecret` of our app in Lever. `callbackKey`: what the keys in Turn's callback addresses are made from. */
export type SecretName = 'leverApp' | 'callbackKey';

/** What a function may do with the messages that its own queue gives it. */
export type OwnQueue = {
  /** Hides a message for so many seconds; then it comes again. */
  changeVisibility(receiptHandle: string, seconds: number): Promise<void>;
  sendToDeadLetters(body: string): Promise<void>;
};

/** A mail. `unsubscribeUrl`: where a POST ends these mails (RFC 8058). */
export type Mail = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly unsubscribeUrl: string;
};

/** Hands a mail to the mail service, for the one function that may. Null: it took it; else the code of its refusal, which holds no address. */
export type SendMail = (mail: Mail) => Promise<string | null>;

/** What a deployment settles. Addresses end without a slash. */
export type Config = {
  readonly publicUrl: string;
  readonly leverApiUrl: string;
  readonly leverAuthUrl: string;
  readonly turnApiUrl: string;
  /** The hosts of Turn's dashboard: what notes may lead to, and nothing else. */
  readonly turnDashboardHosts: readonly string[];
  /** Who we are to Lever and Turn, in every request. */
  readonly userAgent: string;
  /** Whom our mails come from; null: this deployment sends none. */
  readonly mailSender: string | null;
  /** How many checks an account that chose no hourly limit may order within one hour; null: any number. */
  readonly defaultHourlyCap: number | null;
  readonly retryPolicy: RetryPolicy;
  /** How long a queue has before a work item counts as lost. */
  readonly redeliveryMs: number;
  /** How long the sync that a callback asks for is held back, so that one serves all callbacks that come meanwhile; below the clocks' difference of five seconds it serves one alone. */
  readonly gatherMs: number;
  /** How often an account is maintained: its stages and its entries read, its access kept alive. */
  readonly maintenanceMs: number;
  /** Which claims of Turn's OpenID provider say what, the role that makes a Super Admin, and the roles that may look. */
  readonly claimNames: {
    readonly account: string;
    readonly role: string;
    readonly superAdminRole: string;
    readonly memberRoles: readonly string[];
  };
};
