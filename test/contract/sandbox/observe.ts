/** What a caller of a sandbox sees: the status and the parsed body ('' when there is none). */
export type Observed = { status: number; body: unknown };

export type Observations = Record<string, Observed>;

/** Calls a sandbox over HTTP. */
export const call = async (
  url: string,
  options: { method?: string; token?: string; body?: unknown } = {},
): Promise<Observed> => {
  const { method = 'GET', token, body } = options;
  const response = await fetch(url, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? '' : JSON.parse(text) };
};
