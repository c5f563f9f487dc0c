/** The names of this machine: only what runs here lists one of them among Turn's hosts. */
const loopbackNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * An address of Turn's dashboard as it may stand in a note, which a recruiter trusts and opens; null where it is none: another host, no
 * https, a port, somebody's name before the host. `hosts`: Turn's own, as the deployment names them.
 */
export const readDashboardUrl = (text: string, hosts: readonly string[]): string | null => {
  if (/\s/u.test(text) || !URL.canParse(text)) return null;
  const { protocol, hostname, port, username, password, href } = new URL(text);
  const isSafe = loopbackNames.has(hostname) ? /^https?:$/u.test(protocol) : protocol === 'https:' && port === '';
  return isSafe && hosts.includes(hostname) && username === '' && password === '' ? href : null;
};
