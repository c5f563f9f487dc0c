import type { LocalStack } from '#infra/local/local-stack.ts';
import { signIn } from './sign-in.ts';

/** A sample user at the settings page: signed in, with a browser that keeps its cookies. */
export const openSettings = async (stack: LocalStack, user: string) => {
  const { api } = stack.ready;
  const token = await signIn(stack.openId, `${api}/settings`, user);
  const cookies = new Map<string, string>();
  const visit = async (
    url: string,
    options: { method?: string; json?: unknown; form?: Record<string, string>; ifMatch?: string } = {},
  ) => {
    const isOurs = url.startsWith(api);
    const response = await fetch(url, {
      method: options.method ?? 'GET',
      redirect: 'manual',
      headers: {
        ...(isOurs ? { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } : {}),
        ...(isOurs && url.includes('/api/') ? { authorization: `Bearer ${token}` } : {}),
        ...(options.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.ifMatch === undefined ? {} : { 'if-match': options.ifMatch }),
      },
      ...(options.json === undefined ? {} : { body: JSON.stringify(options.json) }),
      ...(options.form === undefined ? {} : { body: new URLSearchParams(options.form) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = '', rest = ''] = /^([^=]+)=([^;]*)(.*)$/u.exec(cookie) ?? [];
      if (rest.includes('Max-Age=0')) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  const post = async (path: string, json?: unknown) => {
    const response = await visit(`${api}${path}`, { method: 'POST', ...(json === undefined ? {} : { json }) });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };
  const read = async (response: Response) => ({
    status: response.status,
    etag: response.headers.get('etag') ?? '',
    json: (await response.json()) as Record<string, unknown>,
  });
  return {
    get: async (path: string) => read(await visit(`${api}${path}`)),
    put: async (path: string, json: unknown, ifMatch: string) =>
      read(await visit(`${api}${path}`, { method: 'PUT', json, ifMatch })),
    post,
    /** Goes to Lever and back; answers where the browser ends. */
    authorize: async (organization: string, decision: 'allow' | 'deny' = 'allow'): Promise<string> => {
      const { json } = await post('/api/lever/authorize');
      const consent = String(json['authorizeUrl']);
      const page = await (await visit(consent)).text();
      if (!page.includes(`value="${organization}"`)) throw new Error(`The consent page does not offer it:\n${page}`);
      const decided = await visit(consent, { method: 'POST', form: { organization, decision } });
      const back = await visit(decided.headers.get('location') ?? '');
      return back.headers.get('location') ?? `status ${back.status}`;
    },
  };
};
