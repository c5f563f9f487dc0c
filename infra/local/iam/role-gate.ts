import http from 'node:http';
import * as z from 'zod';
import type { LambdaFunction } from '../assembly/plan.ts';
import { listenOnLoopback } from '../listen.ts';
import type { Asked } from './asked.ts';
import { type Action, isAllowed } from './statement.ts';

/** Why a caller may not do what a request asks for; null: it may. */
export type Refuse = (caller: string, request: http.IncomingMessage, body: string) => string | null;

/** Refuses what the roles of functions do not allow, whose access key here is their name. Whoever else asks, the operator or a test, may do everything. */
export const refusingBy =
  (functions: readonly Pick<LambdaFunction, 'name' | 'statements'>[], asked: Asked): Refuse =>
  (caller, request, body) => {
    const statements = functions.find(({ name }) => name === caller)?.statements;
    const refused = statements && asked(request, body).find((action) => !isAllowed(statements, action));
    return refused === undefined
      ? null
      : `The role of ${caller} is not allowed to ${refused.action} on ${refused.resource}${conditionsOf(refused)}.`;
  };

const conditionsOf = ({ context }: Action): string => {
  const given = Object.entries(context).map(([key, values]) => `${key} ${values.join(', ') || 'not given'}`);
  return given.length === 0 ? '' : ` (${given.join('; ')})`;
};

/** Who signed a request, by the access key in its signature. */
const callerOf = ({ headers }: http.IncomingMessage): string =>
  /Credential=([^/]+)\//u.exec(headers.authorization ?? '')?.[1] ?? '';

const readBody = async (request: http.IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(z.instanceof(Buffer).parse(chunk));
  return Buffer.concat(chunks);
};

export type RoleGate = { url: string; stop(): Promise<void> };

/** Stands before an emulator, and lets through what the role of the calling function allows, as AWS would. */
export const startRoleGate = async (options: {
  upstream: string;
  refuse: Refuse;
  log(line: string): void;
}): Promise<RoleGate> => {
  const { upstream, refuse, log } = options;
  const agent = new http.Agent({ keepAlive: true });
  const target = new URL(upstream);

  const forward = (request: http.IncomingMessage, body: Buffer, response: http.ServerResponse): void => {
    const { hostname, port } = target;
    const { method, url: path, headers } = request;
    const onward = http.request({ agent, hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.once('error', () => response.destroy());
    response.once('close', () => onward.destroy());
    onward.end(body);
  };

  const server = http.createServer((request, response) => {
    const pass = async (): Promise<void> => {
      const body = await readBody(request);
      const refusal = refuse(callerOf(request), request, body.toString());
      if (refusal === null) return forward(request, body, response);
      log(refusal);
      const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': 'AccessDeniedException' };
      response.writeHead(400, headers);
      response.end(JSON.stringify({ __type: 'AccessDeniedException', message: refusal }));
    };
    pass().catch((error: unknown) => {
      log(`A request to AWS was not understood: ${String(error)}`);
      response.destroy();
    });
  });
  const { url, stop } = await listenOnLoopback(server, 0);
  return {
    url,
    async stop() {
      await stop();
      agent.destroy();
    },
  };
};
