import type {
  AttributeValue,
  DeleteItemCommandInput,
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { ChangeMessageVisibilityCommandInput, SendMessageCommandInput } from '@aws-sdk/client-sqs';

/** An item as DynamoDB writes it. */
export type Row = Record<string, AttributeValue>;

/** What we ask of DynamoDB. Errors carry AWS's name of them, or a system error's `code`. */
export type DynamodbCalls = {
  getItem(input: GetItemCommandInput): Promise<{ readonly Item?: Row | undefined }>;
  putItem(input: PutItemCommandInput): Promise<unknown>;
  updateItem(input: UpdateItemCommandInput): Promise<{ readonly Attributes?: Row | undefined }>;
  deleteItem(input: DeleteItemCommandInput): Promise<unknown>;
  query(
    input: QueryCommandInput,
  ): Promise<{ readonly Items?: Row[] | undefined; readonly LastEvaluatedKey?: Row | undefined }>;
};

/** What we ask of SQS. */
export type SqsCalls = {
  sendMessage(input: SendMessageCommandInput): Promise<unknown>;
  changeMessageVisibility(input: ChangeMessageVisibilityCommandInput): Promise<unknown>;
};

/** The text of a secret in Secrets Manager. Throws where it holds none. */
export type ReadSecretText = (secretId: string) => Promise<string>;

/** The services of AWS that functions call. */
export type AwsCalls = {
  readonly dynamodb: DynamodbCalls;
  readonly sqs: SqsCalls;
  readonly readSecretText: ReadSecretText;
};
