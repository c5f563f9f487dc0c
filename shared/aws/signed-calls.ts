import { hasFields, isListOf, isObject, isText, orAbsent, withShape } from '#shared/guards.ts';
import type { AwsCalls, DynamodbCalls, ReadSecretText, Row, SqsCalls } from './aws-calls.ts';
import { createExchange } from './exchange.ts';
import { type CallAws, createSignedClient } from './signed-client.ts';

type Answer = {
  readonly Item: Row | undefined;
  readonly Items: Row[] | undefined;
  readonly Attributes: Row | undefined;
  readonly LastEvaluatedKey: Row | undefined;
};
const isRow = (given: unknown): given is Row => isObject(given);
const isAnswer = hasFields<Answer>({
  Item: orAbsent(isRow),
  Items: orAbsent(isListOf(isRow)),
  Attributes: orAbsent(isRow),
  LastEvaluatedKey: orAbsent(isRow),
});

export const dynamodbBySigner = (call: CallAws): DynamodbCalls => {
  const ask = async (operation: string, input: object) => withShape(isAnswer, await call(operation, input));
  return {
    getItem: (input) => ask('GetItem', input),
    putItem: (input) => ask('PutItem', input),
    updateItem: (input) => ask('UpdateItem', input),
    deleteItem: (input) => ask('DeleteItem', input),
    query: (input) => ask('Query', input),
  };
};

const isSent = hasFields<{ MessageId: string }>({ MessageId: isText });

export const sqsBySigner = (call: CallAws): SqsCalls => ({
  sendMessage: async (input) => withShape(isSent, await call('SendMessage', input)),
  changeMessageVisibility: (input) => call('ChangeMessageVisibility', input),
});

const hasText = hasFields<{ SecretString: string }>({ SecretString: isText });

export const secretsBySigner =
  (call: CallAws): ReadSecretText =>
  async (SecretId) =>
    withShape(hasText, await call('GetSecretValue', { SecretId })).SecretString;

// Loads nothing, where node's own by promises is a module.
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** AWS by a client of ours, which is small enough for what anybody may call at any time. */
export const signedCalls = (): AwsCalls => {
  const outside = { exchange: createExchange(), environment: process.env, now: Date.now, random: Math.random, sleep };
  return {
    dynamodb: dynamodbBySigner(createSignedClient('dynamodb', outside)),
    sqs: sqsBySigner(createSignedClient('sqs', outside)),
    readSecretText: secretsBySigner(createSignedClient('secretsmanager', outside)),
  };
};
