import { randomUUID } from 'node:crypto';
import http from 'node:http';
import * as z from 'zod';
import { isFromElsewhere } from '../http/is-from-elsewhere.ts';
import { listenOnLoopback } from '../listen.ts';

/** An error as AWS's JSON protocols send it. */
export class AwsError extends Error {
  readonly type: string;
  readonly queryCode: string | undefined;

  /** `queryCode` is what the older query protocol called it; SQS still sends both. */
  constructor(type: string, message: string, queryCode?: string) {
    super(message);
    this.type = type;
    this.queryCode = queryCode;
  }
}

export type AwsJsonServer = { url: string; stop(): Promise<void> };

type Operation = (input: unknown, client: { gone: AbortSignal }) => unknown;

/** Serves `X-Amz-Target: <service>.<operation>` requests on loopback, as AWS's JSON 1.0 and 1.1 protocols do. */
export const startAwsJsonServer = async (options: {
  service: string;
  errorNamespace: string;
  operations: Readonly<Record<string, Operation>>;
}): Promise<AwsJsonServer> => {
  const answer = async (request: http.IncomingMessage, gone: AbortSignal): Promise<unknown> => {
    const name = String(request.headers['x-amz-target']).replace(`${options.service}.`, '');
    const operation = options.operations[name];
    const body = await readBody(request);
    if (operation === undefined)
      throw new AwsError('UnknownOperationException', `${name} is not understood by this emulator.`);
    try {
      return (await operation(body === '' ? {} : JSON.parse(body), { gone })) ?? {};
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      throw new AwsError('InvalidParameterValueException', z.prettifyError(error), 'InvalidParameterValue');
    }
  };

  const server = http.createServer((request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const contentType = request.headers['content-type'] ?? 'application/x-amz-json-1.0';
    const send = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      if (response.destroyed) return;
      response.writeHead(status, { 'content-type': contentType, 'x-amzn-requestid': randomUUID(), ...headers });
      response.end(JSON.stringify(body));
    };
    // AWS's clients send no Origin; a browser, which has no business here, always does where it sends a body.
    if (request.headers.origin !== undefined || isFromElsewhere(request.headers)) {
      return send(403, { __type: 'AccessDeniedException', message: 'Only this machine’s own programs may ask this.' });
    }
    answer(request, gone.signal).then(
      (body) => send(200, body),
      (error: unknown) => {
        if (!(error instanceof AwsError)) return send(500, { __type: 'InternalFailure', message: String(error) });
        const query = error.queryCode === undefined ? {} : { 'x-amzn-query-error': `${error.queryCode};Sender` };
        return send(400, { __type: `${options.errorNamespace}#${error.type}`, message: error.message }, query);
      },
    );
  });
  const { url, stop } = await listenOnLoopback(server, 0);
  return { url, stop };
};

const readBody = async (request: http.IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(z.instanceof(Buffer).parse(chunk));
  return Buffer.concat(chunks).toString();
};
