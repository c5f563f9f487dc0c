import type { LeverOrganization } from './lever-records.ts';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (letter) => escapes[letter] ?? '');

/** What each scope lets an app do, as a person would say it. */
const meanings: Record<string, string> = {
  offline_access: 'Stay connected without asking again',
  'opportunities:write:admin': 'See and edit your opportunities, their tags and stages',
  'notes:write:admin': 'See and write notes on your opportunities',
  'stages:read:admin': 'Read your pipeline stages',
  'tags:read:admin': 'Read your tags',
  'webhooks:write:admin': 'Be told of changes by webhooks',
  'confidential:access:admin': 'See confidential opportunities too',
};

const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 32rem; margin: 8vh auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
fieldset { margin: 1.5rem 0; border: 1px solid #8888; border-radius: .5rem; }
label { display: block; padding: .35rem 0; }
code { font-size: .85em; }
button { font: inherit; padding: .6rem 1.2rem; margin-right: .75rem; border: 2px solid #1f5f4d; border-radius: .5rem; cursor: pointer; }
button[value="allow"] { background: #1f5f4d; color: #fff; }
button[value="deny"] { background: Canvas; color: CanvasText; }
</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;

/** The page on which a Super Admin allows or denies what an app asks for; plain HTML, without a script. */
export const consentPage = (options: {
  app: string;
  scope: string;
  query: URLSearchParams;
  organizations: readonly LeverOrganization[];
  /** The one that is chosen unless the person chooses otherwise. */
  preselectedId: string | undefined;
}): string => {
  const scopes = options.scope.split(' ').map((scope) => {
    const meaning = meanings[scope];
    return `<li>${meaning === undefined ? '' : `${escaped(meaning)} `}<code>${escaped(scope)}</code></li>`;
  });
  const choices = options.organizations.map(({ id, name, users }) => {
    const admin = users.find(({ accessRole }) => accessRole === 'super admin')?.name;
    const label = `${escaped(name)}${admin === undefined ? '' : `, as ${escaped(admin)} (Super Admin)`}`;
    return `<label><input type="radio" name="organization" value="${escaped(id)}"${id === options.preselectedId ? ' checked' : ''} required> ${label}</label>`;
  });
  return page(
    `Authorize ${options.app}`,
    `<h1>${escaped(options.app)} asks for access to your Lever</h1>
<p>This is Lever’s sandbox on your machine: there is nobody to sign in as, so choose who you are.</p>
<form method="post" action="/authorize?${escaped(options.query.toString())}">
<fieldset>
<legend>Organization</legend>
${choices.join('\n')}
</fieldset>
<h2>It will be allowed to</h2>
<ul>
${scopes.join('\n')}
</ul>
<button name="decision" value="allow">Accept</button>
<button name="decision" value="deny">Decline</button>
</form>`,
  );
};

/** What Lever shows where a request does not fit the app: it sends nobody back then. */
export const faultPage = (faults: readonly string[]): string =>
  page(
    'The request does not fit the app',
    `<h1>The request does not fit the app</h1>
<ul>
${faults.map((fault) => `<li>${escaped(fault)}</li>`).join('\n')}
</ul>
<p>Close this page and start again from the settings page.</p>`,
  );
