import type { MailboxMail } from '../../emulators/ses-emulator.ts';
import { LinkedText, Moment } from './small-parts.tsx';

/** What the integration has mailed, newest first. Nothing leaves this machine, and the links work. */
export const Mailbox = ({ mails }: { mails: readonly MailboxMail[] }) => (
  <section class="mailbox" aria-labelledby="mailbox-title">
    <h2 id="mailbox-title">Mailbox</h2>
    {mails.length === 0 ? (
      <p class="empty-state">
        No e-mail yet. Enter an address on the settings page, under E-mail notices, and its e-mails come here.
      </p>
    ) : (
      <ol>
        {mails.map(({ id, at, to, subject, text }) => (
          <li key={id}>
            <details>
              <summary>
                <strong>{subject}</strong> <span class="hint">to {to}</span> <Moment at={at} />
              </summary>
              <LinkedText text={text} />
            </details>
          </li>
        ))}
      </ol>
    )}
  </section>
);
