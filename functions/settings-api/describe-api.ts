import * as z from 'zod/mini';
import { refusalSchema } from './api-schemas.ts';

/** One route of the API, for those who call it: who may, what it takes, what it answers, how it refuses. */
export type Operation = {
  readonly summary: string;
  readonly who: 'everybody' | 'anyone' | 'super_admin';
  readonly query?: Readonly<Record<string, { description: string; schema: object }>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: z.ZodMiniType;
  /** Null: a document in a format of its own. */
  readonly answer: z.ZodMiniType | null;
  readonly hasEtag?: boolean;
  /** 202 where it is done soon, not at once. */
  readonly status?: 200 | 202;
  readonly refusals?: readonly number[];
};

/** The API's description as OpenAPI 3.1, generated from the schemas that its handlers work with. */
export const describeApi = (publicUrl: string, operations: Readonly<Record<string, Operation>>): object => {
  const paths: Record<string, Record<string, object>> = {};
  for (const [routeKey, operation] of Object.entries(operations)) {
    const [method = '', path = ''] = routeKey.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(routeKey, operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Settings of the Lever integration',
      version: '1',
      description:
        'For people of one account, named by the claim of an access token of Turn’s OpenID provider. Times are epoch milliseconds. Refusals say for a person what is wrong, and for each wrong field.',
    },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      securitySchemes: { signedIn: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Refusal: jsonSchema(refusalSchema, 'output') },
    },
  };
};

const describe = (routeKey: string, operation: Operation): object => {
  const { summary, who, query = {}, headers = {}, body } = operation;
  const inPath = [...routeKey.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name);
  const parameters = [
    ...inPath.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...Object.entries(query).map(([name, { description, schema }]) => ({ name, in: 'query', description, schema })),
    ...Object.entries(headers).map(([name, description]) => ({
      name,
      in: 'header',
      required: true,
      description,
      schema: { type: 'string' },
    })),
  ];
  return {
    operationId: routeKey.toLowerCase().replaceAll(/\W+/gu, '_'),
    summary: who === 'super_admin' ? `${summary} (Super Admins only)` : summary,
    security: who === 'everybody' ? [] : [{ signedIn: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: jsonContent(jsonSchema(body, 'input')) } }),
    responses: responsesOf(operation),
  };
};

const responsesOf = ({
  who,
  answer,
  hasEtag = false,
  status = 200,
  refusals = [],
}: Operation): Record<string, object> => ({
  [status]: {
    description: status === 200 ? 'Done.' : 'Asked for.',
    ...(hasEtag ? { headers: { ETag: { required: true, schema: { type: 'string' } } } } : {}),
    content: jsonContent(answer === null ? { type: 'object' } : jsonSchema(answer, 'output')),
  },
  // API Gateway's own words, before any of ours.
  ...(who === 'everybody' ? {} : { 401: { description: 'No valid access token.' }, 403: refusal, 429: tooMany }),
  ...Object.fromEntries(refusals.map((status) => [status, refusal])),
});

const jsonContent = (schema: object): object => ({ 'application/json': { schema } });
const retryAfter = { description: 'Seconds until it is worth asking again.', schema: { type: 'integer' } };
const refusal = { description: 'Refused.', content: jsonContent({ $ref: '#/components/schemas/Refusal' }) };

const tooMany = { ...refusal, headers: { 'Retry-After': retryAfter } };

const jsonSchema = (schema: z.ZodMiniType, io: 'input' | 'output'): object => {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { io });
  return described;
};
