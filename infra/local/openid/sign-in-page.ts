import type { SampleUser } from './sample-users.ts';

const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif }
main { max-width: 26rem; margin: 12vh auto; padding: 0 1rem }
button { display: block; width: 100%; margin: .75rem 0; padding: .75rem 1rem; font: inherit; text-align: left; cursor: pointer }
button small { display: block }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;

/** Where one chooses who to be: no password, since nobody else can reach this machine's sign-in. */
export const signInPage = (action: string, users: readonly SampleUser[]): string =>
  page(
    'Sign in to the sample',
    `<p>This stands in for Turn's own sign-in, on this machine only. Whom would you like to be?</p>
<form method="post" action="${action}">
${users
  .map(
    ({ id, description }) =>
      `<button name="user" value="${id}"><strong>${id}</strong> <small>${escapeHtml(description)}</small></button>`,
  )
  .join('\n')}
</form>`,
  );

/** Asks whether the person means it; `form` is the provider's own. */
export const signOutPage = (form: string): string =>
  page(
    'Sign out of the sample',
    `${form}\n<button form="op.logoutForm" name="logout" value="yes"><strong>Sign out</strong></button>`,
  );

/** What remains to be said in a sentence. */
export const messagePage = (title: string, message: string): string => page(title, `<p>${escapeHtml(message)}</p>`);

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
