import { http, https } from '#shared/http/node-clients.ts';

/** A request to AWS, and the whole of what it answered. */
export type AwsRequest = {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};
export type AwsAnswer = { readonly status: number; readonly date: string | undefined; readonly body: string };

/** Sends one request. Rejects with a system error's `code`, or as a `TimeoutError`, where no whole answer came. */
export type Exchange = (request: AwsRequest) => Promise<AwsAnswer>;

/** So long nothing may come before it counts as lost. AWS answers in milliseconds. */
const silentForMs = 3_000;

/** Over connections that are kept. One that was closed while the function was frozen costs nothing: the request goes over another at once. */
export const createExchange = (): Exchange => {
  const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) };
  const send: Exchange = ({ method, url, headers, body }) =>
    new Promise((resolve, reject) => {
      const isPlain = url.protocol === 'http:';
      const agent = agents[isPlain ? 'http:' : 'https:'];
      const request = (isPlain ? http : https).request(url, { method, headers, agent, timeout: silentForMs });
      const lost = (error: Error & { code?: string }): void => {
        const isOfOldConnection = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        if (isOfOldConnection) send({ method, url, headers, body }).then(resolve, reject);
        else reject(error);
      };
      request.on('timeout', () => request.destroy(Object.assign(new Error('No answer.'), { name: 'TimeoutError' })));
      request.on('error', lost);
      request.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.on('error', reject);
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, date: response.headers.date, body: text });
        });
      });
      request.end(body);
    });
  return send;
};
