// What Lambda's own Node runtime does, in short: loads the bundle, then asks the Runtime API for one invocation after another.
// Runs on plain Node, as a child of the runner, which also tells it over IPC when time is made to pass.
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { shiftClock } from './shift-clock.ts';

type Answer = { headers: http.IncomingHttpHeaders; body: string };
type Handler = (event: unknown, context: unknown) => unknown;

const environment = process.env;
const api = `http://${environment['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime`;
const agent = new http.Agent({ keepAlive: true });

let offsetMs = 0;
// Told twice, by IPC and with each invocation, in no certain order; time only ever runs ahead.
const advanceTo = (newOffsetMs: number): void => {
  offsetMs = Math.max(offsetMs, newOffsetMs);
  shiftClock(offsetMs);
};
advanceTo(Number(environment['LOCAL_CLOCK_OFFSET_MS'] ?? 0));

process.on('disconnect', () => process.exit(1));
process.on('message', (message) => {
  advanceTo(Number(message));
  process.send?.(message);
});

const call = (method: string, route: string, body?: unknown): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = http.request(`${api}${route}`, { method, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });

const describe = (error: unknown): { errorType: string; errorMessage: string; trace: string[] } => {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
};

const contextOf = (headers: http.IncomingHttpHeaders): Record<string, unknown> => {
  // The deadline is in shifted time; what remains is counted by the monotonic clock, so that an advance cannot use it up.
  const remainsMs = Number(headers['lambda-runtime-deadline-ms']) - Date.now();
  const startedAt = performance.now();
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: environment['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: environment['AWS_LAMBDA_FUNCTION_VERSION'],
    memoryLimitInMB: environment['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    logGroupName: environment['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: environment['AWS_LAMBDA_LOG_STREAM_NAME'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => Math.max(0, remainsMs - (performance.now() - startedAt)),
  };
};

const loadHandler = async (): Promise<Handler> => {
  const [module = '', name = ''] = (environment['_HANDLER'] ?? '').split('.');
  const file = path.join(environment['LAMBDA_TASK_ROOT'] ?? '', `${module}.mjs`);
  const loaded: Record<string, unknown> = await import(pathToFileURL(file).href);
  const handler = loaded[name];
  if (typeof handler !== 'function') throw new Error(`${file} exports no function named ${name}`);
  return (event, context) => Reflect.apply(handler, undefined, [event, context]);
};

const invokeNext = async (handler: Handler): Promise<void> => {
  const { headers, body } = await call('GET', '/invocation/next');
  advanceTo(Number(headers['local-clock-offset-ms']));
  const requestId = String(headers['lambda-runtime-aws-request-id']);
  environment['_X_AMZN_TRACE_ID'] = String(headers['lambda-runtime-trace-id']);
  try {
    const result = await handler(JSON.parse(body), contextOf(headers));
    await call('POST', `/invocation/${requestId}/response`, result ?? null);
  } catch (error) {
    process.stderr.write(`${JSON.stringify(describe(error))}\n`);
    await call('POST', `/invocation/${requestId}/error`, describe(error));
  }
};

try {
  const handler = await loadHandler();
  for (;;) await invokeNext(handler);
} catch (error) {
  process.stderr.write(`${JSON.stringify(describe(error))}\n`);
  await call('POST', '/init/error', describe(error));
  process.exit(1);
}
