import { createHash } from 'node:crypto';
import type { Answer } from '#shared/edge/http-handler.ts';

/** A page in words; `button` null: there is nothing to press. */
export type PageWords = { readonly title: string; readonly text: string; readonly button: string | null };

/** Our own words alone: nothing that came with the link is ever shown. */
export const pageWords = {
  confirm: {
    asks: {
      title: 'Get notices about background checks?',
      text: 'Press Confirm, and we e-mail you when background checks from Lever stop working, and when they work again. Every e-mail has a link that ends them.',
      button: 'Confirm',
    },
    done: {
      title: 'Address confirmed',
      text: 'From now on we e-mail you when something is wrong. You can close this page.',
      button: null,
    },
  },
  unsubscribe: {
    asks: {
      title: 'No more notices?',
      text: 'Press Unsubscribe, and we forget your address. A Super Admin of the account can enter it again.',
      button: 'Unsubscribe',
    },
    done: {
      title: 'Unsubscribed',
      text: 'We have forgotten your address. You can close this page.',
      button: null,
    },
  },
  gone: {
    title: 'This link no longer works',
    text: 'It was used already, or it is too old. To get a new one, ask a Super Admin of the account to send it again.',
    button: null,
  },
} as const satisfies Record<string, PageWords | Record<string, PageWords>>;

const style = `
:root{color-scheme:light dark;--ground:#f4f5f8;--card:#fff;--line:#dfe2e9;--ink:#171b24;--quiet:#586174;--accent:#2a4fd0;--on:#fff}
@media (prefers-color-scheme:dark){:root{--ground:#0f1218;--card:#181c24;--line:#2b313d;--ink:#e8ebf1;--quiet:#a0a9ba;--accent:#8fa9ff;--on:#0e1630}}
body{margin:0;padding:12vh 1rem 2rem;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{max-width:30rem;margin:0 auto;padding:1.5rem;border:1px solid var(--line);border-radius:.875rem;background:var(--card)}
h1{margin:0 0 .5rem;font-size:1.375rem;line-height:1.25}p{margin:0;color:var(--quiet)}form{margin:1.25rem 0 0}
button{min-height:2.5rem;padding:.375rem 1rem;border:0;border-radius:.5rem;background:var(--accent);color:var(--on);font:inherit;font-weight:550;cursor:pointer}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
`;
const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`;

/** A page that needs no script and loads nothing; its button posts to its own address. */
export const linkPage = ({ title, text, button }: PageWords): Answer => ({
  status: 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; style-src '${styleHash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    // The address holds a secret.
    'referrer-policy': 'no-referrer',
    'strict-transport-security': 'max-age=63072000',
    'x-content-type-options': 'nosniff',
    'x-robots-tag': 'noindex',
  },
  bytes: Buffer.from(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style}</style>
<main>
<h1>${title}</h1>
<p>${text}</p>
${button === null ? '' : `<form method="post"><button>${button}</button></form>\n`}</main>
`),
});
